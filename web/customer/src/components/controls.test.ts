// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { describe, expect, test } from 'vitest';
import { i18n } from '../texts';
import ActionButton from './ActionButton.vue';
import AmountField from './AmountField.vue';
import ChoiceField from './ChoiceField.vue';
import CodeField from './CodeField.vue';
import TextField from './TextField.vue';

const global = { plugins: [i18n] };

describe('a button', () => {
  test('does nothing more while it is at work, keeps the focus, and says so', async () => {
    const button = mount(ActionButton, { global, props: { busy: false }, slots: { default: 'Pay' } });
    await button.trigger('click');
    await button.setProps({ busy: true });
    await button.trigger('click');
    await button.trigger('click');
    expect(button.emitted('press')).toHaveLength(1);
    expect(button.attributes('aria-disabled')).toBe('true');
    expect(button.attributes('disabled')).toBeUndefined();
    expect(button.text()).toMatch(/Working|正在处理/);
  });

  test('at work it does not send its form', async () => {
    let sent = 0;
    const form = document.createElement('form');
    form.addEventListener('submit', (event) => (event.preventDefault(), sent++));
    document.body.append(form);
    const button = mount(ActionButton, { global, props: { busy: true, type: 'submit' }, attachTo: form });
    (button.element as HTMLButtonElement).click();
    expect(sent).toBe(0);
    await button.setProps({ busy: false });
    (button.element as HTMLButtonElement).click();
    expect(sent).toBe(1);
  });
});

describe('a code', () => {
  test('is understood with spaces and full-width digits, and complete once', async () => {
    const field = mount(CodeField, { global, props: { label: 'Code' } });
    const input = field.find('input');
    await input.setValue('１2 3-4');
    await input.setValue('123 456');
    expect(field.emitted('update:modelValue')?.at(-1)).toEqual(['123456']);
    await field.setProps({ modelValue: '123456' });
    await input.setValue('1234567');
    expect(field.emitted('complete')).toHaveLength(1);
  });
});

describe('an amount', () => {
  test.each([
    ['12.345', true],
    ['1e3', true],
    ['-1', true],
    ['12.50', false],
    ['', false],
    ['0', false],
    ['0.0', false],
  ])('"%s" typed is said to be wrong: %s', (typed, wrong) => {
    const field = mount(AmountField, { global, props: { label: 'Amount', currency: 'CNY', modelValue: typed } });
    expect(field.find('input').attributes('aria-invalid')).toBe(wrong ? 'true' : undefined);
    expect(field.find('input').element.value).toBe(typed);
  });
});

describe('a field', () => {
  test('is tied to its label, its hint and its refusal', () => {
    const field = mount(TextField, { global, props: { label: 'Name', hint: 'As on the card', error: 'Too short' } });
    const input = field.find('input');
    expect(field.find('label').attributes('for')).toBe(input.attributes('id'));
    const described = input.attributes('aria-describedby')?.split(' ') ?? [];
    expect(described.map((id) => field.find(`[id="${id}"]`).text())).toEqual(['As on the card', 'Too short']);
  });

  test('names in any script and attack strings are text, never markup', () => {
    const attack = '<img src=x onerror=alert(1)>';
    const choice = mount(ChoiceField, { global, props: { label: attack, choices: [{ value: 'a', label: attack, hint: '柜·阿依古丽 𠮷' }] } });
    expect(choice.find('img').exists()).toBe(false);
    expect(choice.text()).toContain(attack);
  });
});
