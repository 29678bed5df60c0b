// SPDX-License-Identifier: Apache-2.0
import type { Text } from '@yungui/shared';

/** Pages that search finds beside services: by the ids that the server's answers use, and by the words people say. */
export interface KnownPage {
  id: string;
  path: string;
  icon: string;
  title: Text;
  summary: Text;
  words: string;
}

export const knownPages: readonly KnownPage[] = [
  { id: 'elder', path: '/me/elder', icon: 'elder', title: { zh: '长辈版', en: 'Elder mode' }, summary: { zh: '大字、大按钮、可以朗读', en: 'Large type, large buttons, read aloud' }, words: '长辈版 老年版 老人 大字 字太小 看不清 放大 关怀 适老 elder senior large big text font read aloud' },
  { id: 'pay', path: '/pay', icon: 'pay', title: { zh: '转账', en: 'Pay someone' }, summary: { zh: '按账号或手机号转账', en: 'By account number or phone' }, words: '转账 汇款 付款 打钱 给钱 转钱 pay transfer send money' },
  { id: 'accounts', path: '/accounts', icon: 'account', title: { zh: '我的账户', en: 'My accounts' }, summary: { zh: '余额、限额和明细', en: 'Balances, limits and history' }, words: '账户 余额 明细 流水 限额 充值 转入 对账单 账单 查账 account balance history limit statement top up' },
  { id: 'scan', path: '/scan', icon: 'camera', title: { zh: '扫码付款', en: 'Pay by code' }, summary: { zh: '扫对方的收款码', en: 'Scan a payee’s code' }, words: '扫码 扫一扫 二维码 付款码 scan qr code' },
  { id: 'verify', path: '/verify', icon: 'check', title: { zh: '核验回单', en: 'Verify a paper' }, summary: { zh: '核对回单、对账单是不是真的', en: 'Whether a receipt or statement is genuine' }, words: '核验 验真 真伪 假回单 验证码 回单 verify genuine fake receipt code' },
  { id: 'payees', path: '/payees', icon: 'me', title: { zh: '常用收款人', en: 'Payees' }, summary: { zh: '保存的和最近转过账的人', en: 'Whom you keep and whom you paid lately' }, words: '收款人 常用 通讯录 payee beneficiary address book' },
  { id: 'cards', path: '/cards', icon: 'account', title: { zh: '信用卡还款', en: 'Pay a credit card' }, summary: { zh: '查账单，还全额或最低', en: 'See the bill, pay all or the minimum' }, words: '信用卡 信用卡还款 还款 还卡 账单日 最低还款 贷记卡 credit card repay repayment bill' },
  { id: 'wallets', path: '/wallets', icon: 'phone', title: { zh: '第三方钱包', en: 'Third-party wallets' }, summary: { zh: '绑定、限额、充值、解绑', en: 'Bind, limits, top up, unbind' }, words: '钱包 绑卡 绑定钱包 解绑 快捷支付 免密 充值钱包 wallet bind unbind quick payment' },
  { id: 'certificates', path: '/certificates', icon: 'statement', title: { zh: '我的存款证明', en: 'My deposit certificates' }, summary: { zh: '下载、退回存款证明', en: 'Download them and give them back' }, words: '存款证明 资产证明 证明 退回证明 解冻 certificate proof of funds' },
  { id: 'messages', path: '/messages', icon: 'messages', title: { zh: '消息', en: 'Messages' }, summary: { zh: '银行发给您的通知', en: 'What the bank told you' }, words: '消息 短信 通知 提醒 message sms notice' },
  { id: 'cases', path: '/cases', icon: 'document', title: { zh: '办理进度', en: 'My applications' }, summary: { zh: '正在办理和已办完的业务', en: 'What is under way and what is done' }, words: '进度 办理 业务 审核 查询 progress application case status' },
  { id: 'password', path: '/me/password', icon: 'lock', title: { zh: '修改密码', en: 'Change the password' }, summary: { zh: '登录和小额付款用的密码', en: 'For signing in and small payments' }, words: '密码 改密码 忘记 password forgot' },
  { id: 'passkeys', path: '/me/passkeys', icon: 'key', title: { zh: '通行密钥', en: 'Passkeys' }, summary: { zh: '用指纹或面容登录和付款', en: 'Sign in and pay by finger or face' }, words: '通行密钥 指纹 面容 刷脸 passkey fingerprint face' },
  { id: 'branches', path: '/branches', icon: 'bank', title: { zh: '附近网点', en: 'Branches' }, summary: { zh: '地址、是否营业、排队情况，先取号再出门', en: 'Where, whether open, how many wait' }, words: '网点 支行 营业厅 营业时间 几点开门 排队 取号 附近 地址 branch branches open hours queue near address' },
  { id: 'help', path: '/help', icon: 'help', title: { zh: '帮助', en: 'Help' }, summary: { zh: '找人帮忙、常见问题', en: 'A person to talk to, common questions' }, words: '帮助 人工 客服 电话 投诉 诈骗 被骗 help person call phone fraud scam' },
];

/** The pages whose words are in what was asked, or the other way round; best first. */
export function findPages(asked: string): KnownPage[] {
  const text = asked.toLowerCase();
  const hits = knownPages.map((page) => ({
    page,
    weight: page.words.split(' ').reduce((sum, word) => (text.includes(word) ? sum + word.length : text.length > 1 && word.includes(text) ? sum + 1 : sum), 0),
  }));
  return hits.filter((hit) => hit.weight > 0).sort((a, b) => b.weight - a.weight).map((hit) => hit.page);
}
