// SPDX-License-Identifier: Apache-2.0
/** Texts that every front uses. */
export const zh = {
  common: {
    back: '返回',
    cancel: '取消',
    close: '关闭',
    confirm: '确认',
    copied: '已复制',
    copy: '复制',
    loading: '正在加载',
    retry: '再试一次',
    more: '加载更多',
    yes: '是',
    no: '否',
  },
};
