// SPDX-License-Identifier: Apache-2.0
import type { Language } from '../money';

export interface ProblemText {
  what: string;
  next: string;
}

type Row = readonly [reason: string, zh: readonly [what: string, next: string], en: readonly [what: string, next: string]];

/** One row a reason: what happened and why, what to do next. Never blames, never a code alone. */
const rows: readonly Row[] = [
  ['web.unreachable', ['连不上银行，可能是网络断了。', '您填的内容都还在，网络恢复后请再试一次。'], ['The bank cannot be reached; the network may be down.', 'What you entered is still here. Try again when you are back online.']],
  ['web.cancelled', ['已停止。', '需要时可以重新开始。'], ['Stopped.', 'You can start again whenever you like.']],
  ['web.page_failed', ['这个页面出了问题。', '请刷新页面再试；您的业务进度保存在银行，不会丢失。'], ['Something on this page failed.', 'Please reload it; your progress is kept by the bank.']],
  ['web.signed_out', ['为了您的安全，登录已结束。', '请重新登录，之前的进度都在。'], ['For your safety you have been signed out.', 'Please sign in again; your progress is kept.']],
  ['web.forbidden', ['当前身份不能进行这个操作。', '请用本人的账户登录后再试，或致电银行。'], ['This cannot be done with your present sign-in.', 'Sign in to your own account and try again, or call the bank.']],
  ['web.not_found', ['没有找到您要的内容，可能已经结束或地址有误。', '请回到首页重新查找。'], ['We could not find that; it may have ended or the address may be wrong.', 'Go back to the home page and look again.']],
  ['web.conflict', ['情况刚刚发生了变化。', '请刷新后再看一次。'], ['Things have just changed.', 'Please refresh and look again.']],
  ['web.too_large', ['这个文件太大了。', '请换一张小一点的照片。'], ['That file is too large.', 'Please choose a smaller picture.']],
  ['web.too_many', ['操作太频繁了，为了安全需要稍等一下。', '请过一会儿再试。'], ['Too many tries in a short time; we pause for safety.', 'Please try again in a little while.']],
  ['web.bank_unavailable', ['银行系统暂时没能处理。', '请稍后再试；如果是付款，请先看交易明细再决定是否重试。'], ['The bank could not process this just now.', 'Try again shortly; for a payment, look at your history first.']],
  ['web.refused', ['没有办成。', '请检查填写的内容后再试，或致电银行。'], ['That did not work.', 'Check what you entered and try again, or call the bank.']],
  ['web.field_refused', ['这一项需要再看一下。', ''], ['Please look at this field again.', '']],
  ['web.passkey_exists', ['这台设备上已经有您的通行密钥了。', '可以直接用它登录和付款。'], ['This device already holds a passkey of yours.', 'You can use it to sign in and pay.']],
  ['web.passkey_cancelled', ['没有完成验证。', '可以再试一次，或换一种方式。'], ['The check was not completed.', 'Try again, or choose another way.']],
  ['web.passkey_failed', ['这台设备现在用不了通行密钥。', '请换一种方式，或换一台设备。'], ['This device cannot use passkeys right now.', 'Choose another way, or use another device.']],
  ['web.camera_refused', ['没有得到使用相机的许可。', '请在浏览器设置里允许使用相机，再试一次。'], ['We were not allowed to use the camera.', 'Allow it in the browser’s settings and try again.']],
  ['web.camera_missing', ['没有找到可以用的相机。', '请换一台带相机的设备，进度会保留。'], ['No camera was found.', 'Continue on a device with a camera; your progress is kept.']],
  ['web.picture_unreadable', ['这个文件打不开，可能不是照片。', '请重新拍一张，或选择 JPG、PNG 格式的照片。'], ['That file could not be opened; it may not be a picture.', 'Take a new one, or choose a JPG or PNG.']],

  ['http.rate_limited', ['操作太频繁了，为了安全需要稍等一下。', '请过一会儿再试。'], ['Too many tries in a short time; we pause for safety.', 'Please try again in a little while.']],
  ['http.csrf_token_missing', ['页面打开得太久了。', '请刷新页面后再试。'], ['This page has been open for too long.', 'Please reload it and try again.']],
  ['http.csrf_token_wrong', ['页面打开得太久了。', '请刷新页面后再试。'], ['This page has been open for too long.', 'Please reload it and try again.']],

  ['identity.card_wrong_side', ['这张照片拍的是身份证的另一面。', '请按提示拍摄对应的一面。'], ['This picture shows the other side of the card.', 'Please photograph the side asked for.']],
  ['identity.not_an_id_card', ['照片里没有认出身份证。', '请把身份证平放在深色桌面上，拍满整个画框。'], ['We could not make out an ID card in this picture.', 'Lay the card flat on a dark surface and fill the frame.']],
  ['identity.card_unreadable', ['照片不够清楚，看不清上面的字。', '请到明亮、不反光的地方，拿稳后再拍一张。'], ['The picture is not clear enough to read.', 'Move to even light without glare, hold still and take it again.']],
  ['identity.card_expired', ['身份证已经过了有效期。', '请先到公安机关换领新证，再来办理。'], ['The ID card has expired.', 'Please renew it with the police first, then come back.']],
  ['identity.card_not_yet_valid', ['身份证还没有到生效日期。', '请核对有效期，或换用现在有效的证件。'], ['The ID card is not valid yet.', 'Check its dates, or use one that is valid now.']],
  ['identity.card_validity_odd', ['有效期和身份证的规定年限不符。', '请对照证件核对起止日期。'], ['The validity does not match the terms that ID cards have.', 'Please compare the dates with the card.']],
  ['identity.no_portrait', ['没有看清身份证上的照片。', '请避开反光再拍一张人像面。'], ['The portrait on the card could not be seen.', 'Take the portrait side again without glare.']],
  ['identity.number_malformed', ['身份证号码应为 18 位。', '请对照证件重新填写。'], ['An ID number has 18 characters.', 'Please compare it with the card.']],
  ['identity.number_region', ['身份证号码前六位不是有效的地区。', '请对照证件核对。'], ['The first six digits of the ID number are not a region.', 'Please compare them with the card.']],
  ['identity.number_birth_date', ['身份证号码里的出生日期不对。', '请对照证件核对第 7 到 14 位。'], ['The birth date within the ID number is not a date.', 'Please compare digits 7 to 14 with the card.']],
  ['identity.number_check_digit', ['身份证号码有一位对不上。', '请对照证件逐位核对。'], ['One digit of the ID number does not fit the others.', 'Please compare it with the card digit by digit.']],
  ['identity.number_contradicts_birth_date', ['身份证号码和出生日期不一致。', '请对照证件核对这两项。'], ['The ID number and the birth date do not agree.', 'Please compare both with the card.']],
  ['identity.number_contradicts_sex', ['身份证号码和性别不一致。', '请对照证件核对这两项。'], ['The ID number and the sex do not agree.', 'Please compare both with the card.']],
  ['identity.under_age', ['未满 16 周岁不能在手机上开户。', '请和监护人一起到网点办理。'], ['Accounts cannot be opened by phone before the age of 16.', 'Please visit a branch with a parent or guardian.']],
  ['identity.no_face', ['没有看到脸。', '请正对屏幕，让脸在圆圈里。'], ['No face could be seen.', 'Face the screen with your face inside the circle.']],
  ['identity.several_faces', ['画面里不止一张脸。', '请确保只有您本人在画面里。'], ['There is more than one face in the picture.', 'Please make sure that only you are in view.']],
  ['identity.face_mismatch', ['没能确认是证件本人。', '请摘下口罩、帽子，到亮一些的地方再试。'], ['We could not match your face with the card.', 'Take off mask or hat, find better light and try again.']],
  ['identity.liveness_nonce', ['这次验证已经失效。', '请重新开始一次。'], ['This check is no longer valid.', 'Please start again.']],
  ['identity.liveness_expired', ['验证时间用完了。', '请重新开始，按提示慢慢做动作即可。'], ['The check ran out of time.', 'Start again and follow the prompts at your own pace.']],
  ['identity.liveness_order', ['动作的顺序乱了。', '请重新开始一次。'], ['The steps came out of order.', 'Please start again.']],
  ['identity.liveness_too_many_frames', ['这次验证用的时间太长了。', '请重新开始一次。'], ['This check took too long.', 'Please start again.']],
  ['identity.liveness_incomplete', ['还有动作没有完成。', '请重新开始，跟着提示做完每个动作。'], ['Not every step was completed.', 'Start again and follow each prompt to the end.']],
  ['identity.liveness_act_missing', ['有的动作没有看清。', '请重新开始，动作可以做得慢一点、大一点。'], ['One of the movements could not be made out.', 'Start again and move a little slower and wider.']],
  ['identity.liveness_flat', ['没能确认是真人在镜头前。', '请本人正对手机，不要对着照片或屏幕。'], ['We could not confirm a person in front of the camera.', 'Please face the phone yourself, not a picture or a screen.']],
  ['identity.liveness_person_changed', ['验证过程中画面里的人变了。', '请由本人从头到尾完成。'], ['The person in view changed during the check.', 'Please complete it yourself from start to end.']],
  ['identity.liveness_not_one_take', ['画面中途断开了。', '请重新开始，过程中不要切换页面。'], ['The picture was interrupted.', 'Start again and stay on this page until the end.']],
  ['vision.unreadable_picture', ['这个文件打不开，可能不是照片。', '请重新拍一张，或选择 JPG、PNG 格式的照片。'], ['That file could not be opened; it may not be a picture.', 'Take a new one, or choose a JPG or PNG.']],
  ['vision.picture_too_large', ['这张照片太大了。', '请换一张小一点的照片。'], ['That picture is too large.', 'Please choose a smaller one.']],
];

export const problemTexts: Record<string, Record<Language, ProblemText>> = Object.fromEntries(
  rows.map(([reason, zh, en]) => [
    reason,
    { zh: { what: zh[0], next: zh[1] }, en: { what: en[0], next: en[1] } },
  ]),
);
