// SPDX-License-Identifier: Apache-2.0
import { answer, problemOf, type Problem } from '@yungui/shared';
import { computed, onScopeDispose, ref } from 'vue';
import { api, type Schemas } from '../api';
import { Camera } from './camera';

type Liveness = Schemas['Liveness'];
type Frame = { at_ms: number; jpeg: string };

const longest = 640;
const mostInBatch = 6;
/** The bank takes 40 frames a challenge: the first seconds are seen closely, then the pace slows for who needs longer. */
const pace = (sent: number) => (sent < 16 ? 200 : 400);

/** One check after the other: asks for challenges, films, sends, follows what the bank answers. */
export function useLiveness(caseId: string) {
  const camera = new Camera();
  const live = ref<Liveness>();
  const phase = ref<'ready' | 'opening' | 'running' | 'passed' | 'failed'>('ready');
  const problem = ref<Problem>();
  const path = () => ({ case: caseId, liveness: live.value?.id ?? '' });
  let buffer: Frame[] = [];
  let sending = false;
  let sentInChallenge = 0;
  let began = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const challenge = computed(() => (live.value ? live.value.challenges[live.value.current] : undefined));
  const progress = computed(() => {
    if (phase.value === 'passed') return 1;
    return live.value ? live.value.current / Math.max(1, live.value.challenges.length) : 0;
  });

  async function start(video: HTMLVideoElement): Promise<void> {
    stop();
    problem.value = undefined;
    phase.value = 'opening';
    try {
      await camera.open(video, 'user', 640, 480);
      live.value = await answer(api.POST('/v1/cases/{case}/liveness', { params: { path: { case: caseId } } }));
      buffer = [];
      sentInChallenge = 0;
      began = performance.now();
      phase.value = 'running';
      shoot();
    } catch (error) {
      fail(error);
    }
  }

  function shoot(): void {
    clearTimeout(timer);
    if (phase.value !== 'running') return;
    const jpeg = camera.frame(longest);
    if (jpeg && buffer.length < mostInBatch) buffer.push({ at_ms: Math.round(performance.now() - began), jpeg });
    if (!sending && buffer.length >= 3) void send();
    timer = setTimeout(shoot, pace(sentInChallenge));
  }

  async function send(): Promise<void> {
    const now = live.value;
    if (!now) return;
    sending = true;
    const frames = buffer;
    buffer = [];
    sentInChallenge += frames.length;
    try {
      const body = { nonce: now.nonce, challenge: now.current, frames };
      const next = await answer(api.POST('/v1/cases/{case}/liveness/{liveness}/frames', { params: { path: path() }, body }));
      if (live.value?.id !== now.id || phase.value !== 'running') return;
      if (next.current !== now.current) {
        // What was filmed before the next challenge was shown is no answer to it.
        buffer = [];
        sentInChallenge = 0;
      }
      live.value = next;
      if (next.state !== 'running') end(next.state);
    } catch (error) {
      if (live.value?.id === now.id && phase.value === 'running') fail(error);
    } finally {
      sending = false;
    }
  }

  function end(state: 'passed' | 'failed'): void {
    phase.value = state;
    if (state === 'failed' && live.value?.reason) problem.value = { type: '', title: '', status: 409, reason: live.value.reason };
    stop();
  }

  function fail(error: unknown): void {
    problem.value = problemOf(error);
    phase.value = 'failed';
    stop();
  }

  function stop(): void {
    clearTimeout(timer);
    camera.close();
  }

  onScopeDispose(() => {
    phase.value = 'ready';
    stop();
  });
  return { live, phase, problem, challenge, progress, start };
}
