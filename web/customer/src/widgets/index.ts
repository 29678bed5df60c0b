// SPDX-License-Identifier: Apache-2.0
import { defineAsyncComponent, type Component } from 'vue';
import FormWidget from './FormWidget.vue';

const widgets: Record<string, Component> = {
  form: FormWidget,
  appointment: FormWidget,
  confirm: defineAsyncComponent(() => import('./ConfirmWidget.vue')),
  'id-card': defineAsyncComponent(() => import('./IdCardWidget.vue')),
  face: defineAsyncComponent(() => import('./FaceWidget.vue')),
  proof: defineAsyncComponent(() => import('./ProofWidget.vue')),
  password: defineAsyncComponent(() => import('./PasswordWidget.vue')),
  passkey: defineAsyncComponent(() => import('./PasskeyWidget.vue')),
};

/** The page of a section; one that this front does not know is a plain form. */
export function widgetFor(name: string | undefined): Component {
  return widgets[name ?? 'form'] ?? FormWidget;
}
