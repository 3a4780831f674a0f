// What the app can ask of the engine and what it is told. The types of values come from Rust (bindings/).

/** Kinds of data, in the order in which they are mirrored. */
export type Kind = 'contact' | 'group' | 'event' | 'task' | 'message' | 'call' | 'photo' | 'film';

export interface Home {
  phones: { name: string; kinds: { kind: Kind; kept: number }[] }[];
}

export interface Running {
  phone: string;
  kind: Kind;
  done: number;
  total: number;
  bytesPerSecond: number;
  secondsLeft: number | null;
}

export interface Events {
  running: Running | null;
}

export interface Api {
  home(): Promise<Home>;
  cancel(): Promise<void>;
  /** Calls `handler` until the answer is called. */
  on<Name extends keyof Events>(event: Name, handler: (payload: Events[Name]) => void): () => void;
}
