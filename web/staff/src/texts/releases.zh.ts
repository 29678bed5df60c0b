// SPDX-License-Identifier: Apache-2.0
/** Versions of services, and decision tables tried on real cases. */
export const releasesZh = {
  versions: {
    title: '版本', of: '{name}的版本', now: '客户现在用的是第 {version} 版。', trying: '第 {version} 版正在试行：{where}，{percent}% 的客户。', everywhere: '全部机构', state: '状态', what: '可以做什么',
    offered: '使用中', trial: '试行 {percent}%', withdrawn: '已撤下', kept: '备用', compare: '与第 {version} 版比较', rollBackTo: '退回第 {version} 版', changes: '两个版本的不同',
    act: { offer: '启用', try: '试行', withdraw: '撤下', 'end-trial': '结束试行', 'roll-back': '退回上一版' },
    ask: { offer: '启用第 {version} 版', try: '试行第 {version} 版', withdraw: '撤下第 {version} 版', 'end-trial': '结束试行', 'roll-back': '退回第 {version} 版' },
    askText: { offer: '新开始的业务马上用这一版，在办的不变。', try: '只有一部分客户用这一版，同一位客户前后一致。', withdraw: '撤下后不能再启用或试行；在办的业务照常办完。', 'end-trial': '新开始的业务都回到使用中的版本，在办的不变。', 'roll-back': '新开始的业务马上用上一版，在办的不变。' },
    percent: '客户比例（%）', institutions: '在哪些机构', kind: { added: '新增', removed: '删去', changed: '改动' }, differs: '第 {to} 版与第 {from} 版有 {count} 处不同。', same: '第 {to} 版与第 {from} 版没有不同。', drawnBefore: '第 {version} 版的 {file}：删去的部分', drawnAfter: '第 {version} 版的 {file}：新增和改动的部分',
    moves: {
      title: '移动在办业务', text: '在办的业务默认留在开始时的版本。可以先看每一笔会怎样，再移到第 {to} 版。', from: '第 {version} 版 · 在办 {running} 笔', outlook: '看看会怎样', go: '移动 {count} 笔', looked: '已看 {count} 笔…', none: '这家机构没有在这一版上办理的业务。', case: '业务编号', at: '办到哪一步', because: '说明',
      state: { moved: '已移动', 'can-move': '可以移动', stays: '留在原版本' }, askText: '可以移动的业务从第 {from} 版移到第 {to} 版，从现在所在的步骤继续；不能移动的留在原版本。', notWatched: '新版本在这一步加的 {elements} 对这一笔不起作用。',
      why: { process_element_missing: '新版本里没有它正在办的步骤 {element}。', process_element_changed: '它正在办的步骤 {element} 在新版本里是另一种工作。', process_message_changed: '步骤 {element} 等的回音在新版本里变了。', process_ways_changed: '步骤 {element} 之后的走法在新版本里变了。', process_old_form: '它是旧格式的业务，只能在原版本办完。', process_erased: '它的资料已经删除。' },
    },
  },
  releases: {
    title: '待第二人确认', waits: '待确认', doneAlone: '已执行，待补确认', decided: '已决定的', alone: '紧急，一人先行', objected: '有异议', nothingOffered: '现在没有使用中的版本。',
    what: { offer: '启用第 {version} 版', 'roll-back': '退回第 {version} 版', try: '第 {version} 版试行：{where}，{percent}% 的客户', 'end-trial': '结束第 {version} 版的试行', withdraw: '撤下第 {version} 版', remove: '停办这项业务（现为第 {version} 版）' },
    by: '{name} 于 {time} 提出。', byAlone: '{name} 于 {time} 独自执行。', because: '原因：{reason}', own: '您提出的，由另一位有权限的同事确认。', ownAlone: '您已先行处理，由另一位有权限的同事补确认。',
    act: { confirm: '确认并执行', refuse: '拒绝', takeBack: '撤回', confirmAlone: '补确认', object: '提出异议', propose: '提出', now: '立即执行' },
    ask: { confirm: '确认：{what}', refuse: '拒绝：{what}', takeBack: '撤回：{what}', confirmAlone: '补确认：{what}', object: '提出异议：{what}' },
    askText: { confirm: '确认后马上生效。', refuse: '原因会告诉提出的人。版本仍然保留，可以改好再提。', takeBack: '撤回后可以再提。', confirmAlone: '这一步已经执行；您的确认留在记录里。', object: '异议留在记录里，版本不会自动变回。要改变版本，请另行提出。' },
    state: { proposed: '待确认', confirmed: '已确认', refused: '已拒绝或撤回', overtaken: '已被取代' }, overtakenText: '提出之后，客户用的版本或试行已经变了。', column: { what: '内容', became: '结果', proposed: '提出', decided: '决定和说明' },
    cannotWait: '紧急，等不到第二个人', cannotWaitText: '马上执行，记作一人先行；另一位同事事后补确认，在此之前这项业务不能再一人先行。', proposeText: '提出后由另一位有权限的同事确认，确认前什么都不变。',
  },
  simulation: {
    title: '决策表试算', text: '用近期真实的业务试一张改过的决策表，看结果会有什么不同。不改变任何业务，也不保存。', tables: '这项业务的决策表：{list}', none: '这项业务自己没有决策表，用的是全行共用的。', file: '改过的决策表（.dmn 文件）', choose: '选择文件', tooLarge: '文件超过 1 MB，请检查是不是选错了。', noTable: '请选择以 .dmn 结尾的文件。',
    days: '用多久以来的业务', span: { 1: '最近一天', 7: '最近 7 天', 30: '最近 30 天' }, go: '开始试算', nothing: '这段时间没有业务做过这些决策，请选择更长的时间。', same: '{count} 次决策结果都不变。', different: '{count} 次决策里，有 {different} 次会不同。', unanswered: '其中 {count} 次没有任何规则适用。', unreadable: '{count} 笔业务的资料已经删除，没有算在内。',
    turns: '结果怎样变化', noAnswer: '没有规则适用', cases: '会不同的业务', case: '业务编号', before: '当时的结果', after: '新表的结果',
  },
};
