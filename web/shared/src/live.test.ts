// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveConnection, type LiveEvent } from './live';

class Socket extends EventTarget {
  closed = false;
  close(): void {
    this.closed = true;
    this.dispatchEvent(new Event('close'));
  }
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

let sockets: Socket[];
let events: LiveEvent[];
const opened = vi.fn();

function start(): LiveConnection {
  const live = new LiveConnection({
    url: 'ws://bank.test/v1/live',
    onEvent: (event) => events.push(event),
    onOpen: opened,
    open: () => {
      const socket = new Socket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
  live.start();
  return live;
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  events = [];
  opened.mockReset();
});
afterEach(() => vi.useRealTimers());

test('events are passed on, noise is not', () => {
  const live = start();
  sockets[0]?.dispatchEvent(new Event('open'));
  sockets[0]?.say('{"type":"account","id":"1S0KQ8Z0M0000"}');
  sockets[0]?.say('not json');
  sockets[0]?.say('null');
  sockets[0]?.say(new ArrayBuffer(2));
  expect(events).toEqual([{ type: 'account', id: '1S0KQ8Z0M0000' }]);
  live.stop();
});

test('a broken connection comes back, ever more slowly, and says so', () => {
  const live = start();
  sockets[0]?.dispatchEvent(new Event('open'));
  expect(opened, 'what was read before may be old').toHaveBeenCalledOnce();
  sockets[0]?.close();
  vi.advanceTimersByTime(1_000);
  expect(sockets).toHaveLength(2);
  sockets[1]?.close();
  vi.advanceTimersByTime(999);
  expect(sockets).toHaveLength(2);
  vi.advanceTimersByTime(1_001);
  expect(sockets).toHaveLength(3);
  expect(opened).toHaveBeenCalledOnce();
  sockets[2]?.dispatchEvent(new Event('open'));
  expect(opened).toHaveBeenCalledTimes(2);
  live.stop();
});

test('the network’s return is not waited for', () => {
  const live = start();
  sockets[0]?.close();
  window.dispatchEvent(new Event('online'));
  expect(sockets).toHaveLength(2);
  live.stop();
});

test('once stopped it stays stopped', () => {
  const live = start();
  live.stop();
  vi.advanceTimersByTime(120_000);
  window.dispatchEvent(new Event('online'));
  expect(sockets).toHaveLength(1);
  expect(sockets[0]?.closed).toBe(true);
});
