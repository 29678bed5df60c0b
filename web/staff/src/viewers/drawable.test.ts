// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { completed, named, readable } from './drawable';

const start = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">';

test('elements name the flows that come and go, also those without an id', () => {
  const xml = completed(`${start}<startEvent id="a"/><userTask id="more-material"/><endEvent id="z" name="Done"/><sequenceFlow id="f" sourceRef="a" targetRef="more-material"/><sequenceFlow sourceRef="more-material" targetRef="z"/></process></definitions>`);
  expect(xml).toMatch(/id="a"[^>]*>\s*<outgoing[^>]*>f</);
  expect(xml).toMatch(/<incoming[^>]*>f<\/incoming>\s*<outgoing[^>]*>flow-1</);
  expect(xml).toContain('name="more material"');
  expect(xml).toContain('name="Done"');
});

test('a flow that leads nowhere breaks nothing', () => {
  expect(completed(`${start}<startEvent id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="nowhere"/></process></definitions>`)).toMatch(/<outgoing[^>]*>f</);
});

test('Chinese names stand where Chinese is read, and only there', () => {
  const xml = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yungui="urn:yungui:bpmn:1"><process id="p"><task id="a" name="Check" yungui:name-zh="核对"/></process></definitions>';
  expect(named(xml, 'zh')).toContain('name="核对"');
  expect(named(xml, 'en')).toBe(xml);
});

test('tables of later versions are read as the viewer knows them', () => {
  expect(readable('<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">')).toBe('<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">');
});
