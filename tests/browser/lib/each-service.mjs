// SPDX-License-Identifier: Apache-2.0
// What a person answers in each service, and what the bank's people do then, in the order in which it happens. A step of the form is
// [section, answers by field]; a proof is [section]; a colleague's part is ['staff', who, task, outcome, words], 'send back' and
// 'over limit' (which they cannot choose) being outcomes too. An answer is what is typed or the value of a choice, `true` for a box that
// is ticked, or one of the words below; { codeTo } is the code that a phone received, { newCard } the last digits of the card that was ordered, { entries } what is given several times. `person` is whose card and face are
// shown: who opened an account here before by them; `asleep`: nobody has used it for half a year.
export const first = { nth: 0 };
export const third = { nth: 2 };
export const picture = { picture: true };
/** A day so many days from now, in the bank's time. */
export const inDays = (days) => new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);

const confirm = ['confirm', { agreed: true }];
const teller = 'yc.teller1';
const branch = 'yc.manager';

const applicant = '01';
const consent = { agreement_privacy: true, agreement_face: true };

export const walks = {
  'account-revival': { person: applicant, asleep: true, walk: [['application', { account: first, ...consent }], ['id-card', {}], ['face', {}]] },
  'account-upgrade': {
    person: applicant,
    walk: [['application', { account: first, branch: 'P-YC-BT', ...consent }], ['id-card', {}], ['face', {}],
      ['staff', teller, 'decide', 'approve']],
  },
  'id-card-renewal': {
    person: applicant,
    walk: [['application', consent], ['id-card', { valid_until: '长期' }], ['face', {}], ['staff', teller, 'decide', 'approve']],
  },
  'phone-change': {
    phone: '16400000026',
    walk: [['application', { phone: '16400009026' }], ['confirm', { code: { codeTo: '16400009026' } }], ['proof']],
  },
  'card-pin': {
    phone: '16400000006',
    walk: [['application', { card: first }], ['confirm', { pin: '739164', pin_again: '739164' }], ['proof']],
  },
  'card-loss': { phone: '16400000016', walk: [['report', { card: first, how: 'stolen', where: '公交车上' }]] },
  'card-replacement': {
    phone: '16400000010',
    walk: [['choose', { card: first }], ['application', { address: '云岭省云川市白塔区云柜路10号', phone: '16400000010' }], ['proof'], ['receipt', { digits: { newCard: true } }]],
  },
  'limit-change': { phone: '16400000008', walk: [['application', { account: first, limit: '5000' }], confirm, ['proof']] },
  'deposit-certificate': {
    phone: '16400000013', document: true,
    walk: [['application', { account: first, amount: '4000', until: inDays(60), use: 'visa' }], confirm, ['proof']],
  },
  'details-update': {
    phone: '16400000018',
    walk: [['application', { address: '云岭省云川市白塔区新居路1号', occupation: 'retired' }], confirm, ['proof']],
  },
  'large-cash': {
    phone: '16400000003',
    walk: [['appointment', { account: first, amount: '60000', use: 'house', denomination: '100', branch: 'P-YC-BT', date: third, time: '14:30' }],
      ['staff', branch, 'visit', 'came']],
  },
  'branch-appointment': {
    phone: '16400000002', walk: [['appointment', { branch: 'P-YC-BT', date: third, time: '10:00', about: 'card' }], ['staff', branch, 'visit', 'came']],
  },
  'visitor-registration': {
    phone: '16400000021',
    walk: [['report', { name: '到访人', branch: 'P-YC-BT', temperature: '36.6', purpose: 'business' }]],
  },
  'queue-ticket': {
    phone: '16400000002',
    walk: [['ticket', { branch: 'P-YC-BT', about: 'cash', temperature: '36.5', symptoms: 'no', truth: true }],
      ['staff', branch, 'call', 'called'], ['staff', branch, 'serve', 'served']],
  },
  'health-report': {
    phone: '16400000022',
    walk: [['report', { branch: 'P-YC-BT', temperature: '38.6', symptoms: 'yes', where: 'here' }], ['staff', teller, 'handle', 'settled', '已电话联系，建议就医。']],
  },
  'back-to-work': {
    phone: '16400000021', walk: [['application', { employer: '云川市水务公司', from: inDays(5), came_from: 'here', truth: true }], ['staff', teller, 'decide', 'approve']],
  },
  'supply-request': {
    phone: '16400000011',
    walk: [['order', { goods: 'disinfectant', quantity: '60', branch: 'P-YC-BT', for_whom: '白塔村卫生室' }],
      ['staff', teller, 'decide', 'approve'], ['staff', 'yc.senior', 'check', 'send back', '用量请再核对。'],
      ['staff', teller, 'decide', 'approve'], ['staff', 'yc.senior', 'check', 'approve'], ['staff', branch, 'hand-out', 'handed-out']],
  },
  'community-supplies': {
    phone: '16400000005',
    walk: [['list', { place: '古井社区', lines: { entries: [{ household: '3组12号', goods: 'mask', quantity: '20' }, { household: '4组1号', goods: 'disinfectant', quantity: '3' }] } }],
      ['staff', teller, 'decide', 'approve'], ['staff', 'yc.senior', 'check', 'approve']],
  },
  'community-notice': {
    phone: '16400000021',
    walk: [['notice', { branch: 'P-YC-BT', title: '检测安排', text: '明天上午九点在古井社区广场检测，请带身份证。' }],
      ['staff', teller, 'decide', 'approve'], ['staff', 'yc.senior', 'check', 'approve']],
  },
  'school-aid': {
    phone: '16400000011',
    walk: [['application', { kind: 'fee', school: 'yunchuan-no1', student: '柜小暑', student_number: '20260111', situation: 'illness', amount: '5500', papers: picture, truth: true }],
      ['staff', 'yc.teller2', 'decide', 'over limit'], ['staff', teller, 'decide', 'approve'], ['staff', 'yc.senior', 'check', 'approve']],
  },
  complaint: {
    phone: '16400000006', walk: [['report', { about: 'app', text: '转账页面点“下一步”没有反应。' }], ['staff', teller, 'handle', 'settled', '已修复，请更新后再试。']],
  },
  'housing-fund': { phone: '16400000001', walk: [['application', { wanted: true, why: 'rent', amount: '1400', account: first }], ['proof']] },
  'bank-confirmation': {
    phone: '16400000005', letter: 'HZ-WALK',
    walk: [['application', { letter: first, agreed: true }], ['proof'], ['staff', teller, 'decide', 'approve'], ['staff', 'yc.senior', 'check', 'approve']],
  },
  'box-rental': {
    phone: '16400000013',
    walk: [['apply', { branch: 'P-YC-BT', size: 'small', months: '24', account: first }], ['staff', teller, 'confirm', 'confirm'],
      ['end', { why: 'moving' }], ['staff', branch, 'return', 'returned']],
  },
};
