// SPDX-License-Identifier: Apache-2.0

const model = 'http://www.omg.org/spec/BPMN/20100524/MODEL';

function said(element: Element, kind: 'incoming' | 'outgoing', flow: string): void {
  const line = element.ownerDocument.createElementNS(model, element.prefix ? `${element.prefix}:${kind}` : kind);
  line.textContent = flow;
  element.append(line);
}

/** The process with its Chinese names (`yungui:name-zh`) in place of the others, where Chinese is read. */
export function named(xml: string, language: string): string {
  if (language !== 'zh' || !xml.includes('name-zh')) return xml;
  const document = new DOMParser().parseFromString(xml, 'application/xml');
  for (const one of document.querySelectorAll('[id]')) {
    const name = one.getAttribute('yungui:name-zh');
    if (name) one.setAttribute('name', name);
  }
  return new XMLSerializer().serializeToString(document);
}

/**
 * A process written by hand as a layout needs it: each element names the flows that come and go, and what has no name is called by
 * its id. Nothing of what it means is changed.
 */
export function completed(xml: string): string {
  const document = new DOMParser().parseFromString(xml, 'application/xml');
  const elements = new Map([...document.querySelectorAll('[id]')].map((one) => [one.getAttribute('id') ?? '', one]));
  [...document.getElementsByTagNameNS(model, 'sequenceFlow')].forEach((flow, index) => {
    const id = flow.getAttribute('id') || `flow-${index}`;
    flow.setAttribute('id', id);
    const [source, target] = [elements.get(flow.getAttribute('sourceRef') ?? ''), elements.get(flow.getAttribute('targetRef') ?? '')];
    if (source) said(source, 'outgoing', id);
    if (target) said(target, 'incoming', id);
  });
  for (const one of elements.values()) {
    if (/(?:Task|task|callActivity|subProcess)$/.test(one.localName) && !one.getAttribute('name')) one.setAttribute('name', (one.getAttribute('id') ?? '').replace(/[-_]/g, ' '));
  }
  return new XMLSerializer().serializeToString(document);
}

/** Tables as the viewer reads them: it knows DMN 1.3, and what came later changed no table. */
export function readable(xml: string): string {
  return xml.replaceAll(/https:\/\/www\.omg\.org\/spec\/DMN\/202\d{5}\//g, 'https://www.omg.org/spec/DMN/20191111/');
}
