// SPDX-License-Identifier: Apache-2.0
/** What the server announces: something of this type changed; read it again. */
export interface LiveEvent {
  type: string;
  id?: string;
}

export interface LiveOptions {
  url?: string;
  /** One browser may hold a customer's and a staff member's session. */
  as?: 'customer' | 'staff';
  onEvent: (event: LiveEvent) => void;
  /** What changed between the page's reading and now was not told: read everything shown again. */
  onOpen?: () => void;
  onState?: (connected: boolean) => void;
  open?: (url: string) => WebSocket;
}

const firstDelay = 1_000;
const longestDelay = 30_000;

function liveUrl(who: 'customer' | 'staff'): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/live?as=${who}`;
}

/** A connection to /v1/live that comes back by itself: after 1 s, doubling to 30 s, spread by chance; at once when the network is back. */
export class LiveConnection {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private stopped = true;

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    window.addEventListener('online', this.retryNow);
    document.addEventListener('visibilitychange', this.retryNow);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.failures = 0;
    window.removeEventListener('online', this.retryNow);
    document.removeEventListener('visibilitychange', this.retryNow);
    clearTimeout(this.timer);
    this.timer = undefined;
    this.socket?.close();
    this.socket = undefined;
    this.options.onState?.(false);
  }

  private readonly retryNow = (): void => {
    if (this.stopped || this.timer === undefined || document.visibilityState === 'hidden') return;
    clearTimeout(this.timer);
    this.connect();
  };

  private connect(): void {
    this.timer = undefined;
    const url = this.options.url ?? liveUrl(this.options.as ?? 'customer');
    const socket = this.options.open ? this.options.open(url) : new WebSocket(url);
    this.socket = socket;
    socket.addEventListener('open', () => {
      if (socket !== this.socket) return;
      this.failures = 0;
      this.options.onState?.(true);
      this.options.onOpen?.();
    });
    socket.addEventListener('message', (message: MessageEvent) => {
      const event = readEvent(message.data);
      if (event && socket === this.socket) this.options.onEvent(event);
    });
    socket.addEventListener('close', () => {
      if (socket === this.socket) this.again();
    });
  }

  private again(): void {
    this.socket = undefined;
    if (this.stopped) return;
    this.options.onState?.(false);
    const delay = Math.min(longestDelay, firstDelay * 2 ** this.failures++);
    this.timer = setTimeout(() => this.connect(), delay * (0.5 + Math.random() / 2));
  }
}

function readEvent(data: unknown): LiveEvent | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const event = JSON.parse(data) as Partial<LiveEvent> | null;
    return event && typeof event.type === 'string' ? (event as LiveEvent) : undefined;
  } catch {
    return undefined;
  }
}
