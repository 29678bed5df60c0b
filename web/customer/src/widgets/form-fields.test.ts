// SPDX-License-Identifier: Apache-2.0
import { settings } from '@yungui/shared';
import { mount, type VueWrapper } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { afterEach, expect, test, vi } from 'vitest';
import { reactive } from 'vue';
import { i18n } from '../texts';
import { collect, lacks, sayLack, startValues, type Section } from './form-data';
import FormFields from './FormFields.vue';
import PictureField from './PictureField.vue';

vi.mock('./picture', () => ({ shrink: (file: Blob) => Promise.resolve(file) }));

const global = { plugins: [i18n, createPinia()] };
const zh = (text: string) => ({ zh: text, en: text });

/** One of each kind of field, as a service's folder would write it. */
const section: Section = {
  code: 'all',
  title: zh('All'),
  schema: {
    type: 'object',
    required: ['slot', 'from', 'count', 'sum', 'photo', 'people'],
    properties: {
      slot: { type: 'string', enum: ['09:00', '10:00'] },
      from: { type: 'string' },
      count: { type: 'integer', minimum: 1, maximum: 5 },
      sum: { type: 'string', minimum: 100 },
      photo: { type: 'string' },
      papers: { type: 'array', maxItems: 2, items: { type: 'string' } },
      people: {
        type: 'array', minItems: 1, maxItems: 2,
        items: { type: 'object', required: ['name', 'phone'], properties: { name: { type: 'string', minLength: 2 }, phone: { type: 'string' } } },
      },
    },
  },
  fields: [
    { name: 'reference', label: zh('Reference'), input: 'summary' },
    { name: 'slot', label: zh('Time'), input: 'slot', options: [{ value: '09:00', label: zh('09:00') }, { value: '10:00', label: zh('10:00') }] },
    { name: 'from', label: zh('Account'), input: 'account', options: [{ value: 'A1', label: zh('Class II'), hint: zh('9901****0018') }] },
    { name: 'count', label: zh('How many'), input: 'number' },
    { name: 'sum', label: zh('Sum'), input: 'money' },
    { name: 'photo', label: zh('Photo'), input: 'file' },
    { name: 'papers', label: zh('Papers'), input: 'file' },
    { name: 'people', label: zh('Person'), input: 'group', fields: [{ name: 'name', label: zh('Name'), input: 'text' }, { name: 'phone', label: zh('Phone'), input: 'phone' }] },
  ],
};

let shown: VueWrapper | undefined;
afterEach(() => {
  shown?.unmount();
  vi.unstubAllGlobals();
});

function draw(errors: Record<string, string> = {}) {
  const values = reactive(startValues(section, undefined, {}));
  shown = mount(FormFields, { global, attachTo: document.body, props: { section, fields: section.fields ?? [], values, errors, known: { reference: 'YC-1', sum: { amount: '1.00', currency: 'CNY' } }, caseId: '0000000000000' } });
  return { page: shown, values };
}

test('each kind of field is drawn with its label, and a summary says what is known', () => {
  const { page } = draw();
  for (const label of ['Time', 'Account', 'How many', 'Sum', 'Photo', 'Papers', 'Name', 'Phone']) expect(page.text(), label).toContain(label);
  expect(page.find('dl.rows').text()).toBe('ReferenceYC-1');
  expect(page.findAll('input[type=radio]')).toHaveLength(3);
  expect(page.text()).toContain('9901****0018');
  expect(page.findAll('input[type=file]')).toHaveLength(2);
  const unlabelled = page.findAll('input, select, textarea').filter((one) => !document.querySelector(`label[for="${one.attributes('id')}"]`) && !one.element.closest('label'));
  expect(unlabelled.map((one) => one.html())).toEqual([]);
});

test('what is sent is what the schema asks for; a summary never is', async () => {
  const { page, values } = draw();
  await page.find('input[value="10:00"]').setValue();
  await page.find('input[value="A1"]').setValue();
  Object.assign(values, { count: '2', sum: '1,234.5', photo: 'E1' });
  await page.vm.$nextTick();
  await page.find('.entry input').setValue('林测');
  await page.findAll('.entry input')[1]?.setValue('164 0000 0001');
  expect(lacks(section, values)).toEqual({});
  expect(collect(section, values)).toEqual({ slot: '10:00', from: 'A1', count: 2, sum: '1234.50', photo: 'E1', papers: [], people: [{ name: '林测', phone: '16400000001' }] });
});

test('what is missing or wrong is named by field and place, with the bound that it breaks', () => {
  const values = startValues(section, undefined, {});
  expect(lacks(section, values)).toMatchObject({ slot: 'required', from: 'required', sum: 'required', photo: 'file', 'people/0/name': 'required', 'people/0/phone': 'required' });
  Object.assign(values, { count: '9', sum: '50', people: [{ name: '林', phone: '12' }] });
  const found = lacks(section, values);
  expect(found).toMatchObject({ count: 'most', sum: 'least', 'people/0/name': 'short', 'people/0/phone': 'phone' });
  settings.language = 'en';
  const say = (key: string, named: Record<string, unknown>) => i18n.global.t(key, named);
  expect(sayLack(section, 'count', 'most', say)).toContain('5');
  expect(sayLack(section, 'sum', 'least', say)).toContain('100');
  Object.assign(values, { count: '2.5', people: [] });
  expect(lacks(section, values)).toMatchObject({ count: 'number', people: 'entries' });
  Object.assign(values, { count: 'two' });
  expect(lacks(section, values)).toMatchObject({ count: 'number' });
});

test('an entry of a group is added up to the most and removed down to the least; its errors stand at it', async () => {
  const { page, values } = draw({ 'people/0/phone': 'That is no phone.', people: 'That is no phone.' });
  expect(page.findAll('.error').map((one) => one.text())).toEqual(['That is no phone.']);
  expect(page.find('.entry .error').exists()).toBe(true);
  expect(page.findAll('.entry .remove')).toHaveLength(0);
  await page.find('.group .add').trigger('click');
  expect(values.people).toHaveLength(2);
  expect(page.find('.group .add').exists()).toBe(false);
  await page.findAll('.entry input')[2]?.setValue('stays');
  await page.findAll('.entry .remove')[0]?.trigger('click');
  expect(values.people).toMatchObject([{ name: 'stays' }]);
});

test('a picture is sent at once and kept by its id; a refusal says what to do and keeps nothing', async () => {
  const answers = [new Response(JSON.stringify({ type: '', title: '', status: 422, reason: 'vision.unreadable_picture' }), { status: 422, headers: { 'Content-Type': 'application/problem+json' } }), new Response(JSON.stringify({ evidence: '1S0KQ8Z0M0000' }), { status: 201, headers: { 'Content-Type': 'application/json' } })];
  const asked: string[] = [];
  vi.stubGlobal('fetch', (request: Request) => (asked.push(request.url), Promise.resolve(answers.shift())));
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined }));
  shown = mount(PictureField, { global, props: { label: 'Photo', name: 'photo', caseId: '0000000000000', error: 'Please add a picture.' } });
  const choose = async () => {
    const input = shown?.find('input');
    Object.defineProperty(input?.element, 'files', { value: [new File(['x'], 'x.jpg', { type: 'image/jpeg' })], configurable: true });
    await input?.trigger('change');
    await vi.waitFor(() => expect(shown?.attributes('aria-busy')).toBe('false'));
  };
  await choose();
  expect(shown.emitted('update:modelValue')).toBeUndefined();
  expect(shown.find('[role=alert]').text().length).toBeGreaterThan(5);
  await choose();
  expect(shown.emitted('update:modelValue')?.at(-1)).toEqual([['1S0KQ8Z0M0000']]);
  expect(asked.at(-1)).toMatch(/cases\/0000000000000\/pictures\/photo$/);
});
