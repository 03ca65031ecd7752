/** One part of the toolchain that is built once and stored until one of its inputs changes. */
export interface Step {
  /** Names the step in logs, locks and directories: lower case, digits and dashes. */
  readonly id: string
  /** What a person reads while it runs: "Build the Dagger engine and CLI". */
  readonly title: string
  /** Ids of the steps whose output it reads; their keys are part of this step's key. */
  readonly needs: readonly string[]
  readonly inputs: {
    /** Files or directories, relative to the repository's root; names, modes and contents are hashed. */
    readonly files?: readonly string[]
    /** Literal values that decide the output: versions, options. */
    readonly values?: readonly string[]
  }
  /** Takes gigabytes of memory, or cores for minutes: only one process of a machine runs such steps at a time. */
  readonly heavy: boolean
  /** Its measured cost. Default: a guess by `heavy`. It decides when the step runs, not its output. */
  readonly cost?: Cost
  /**
   * Downloads into a cache what `run` would download otherwise, so that it happens while other steps use the cores.
   * The cache may be removed at any time: `run` then downloads by itself.
   * @returns the paths that contain it: they are removed when no other step of a run needs them
   */
  fetch?(ctx: FetchContext): Promise<readonly string[]>
  /** Writes only into `ctx.out`, a fresh directory that is renamed into place when this resolves. */
  run(ctx: StepContext): Promise<void>
}

/** The resources that a step uses while it runs. */
export interface Cost {
  /** GiB at its peak. */
  readonly memory: number
  /** Cores that it uses; a Go build may use twice as many when they are idle. */
  readonly cores: number
  /** Its measured duration: the longest remaining path runs first. */
  readonly seconds: number
}

export interface ExecOptions {
  readonly cwd?: string
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Written to the command's standard input, which is empty otherwise. */
  readonly input?: string | Buffer
  /** Keeps standard output out of the log (standard error is always logged). */
  readonly quiet?: boolean
}

/** What a step may use while it runs. */
export interface StepContext {
  /** The directory to write into; empty at the start. */
  readonly out: string
  /** The repository's root. */
  readonly root: string
  /** Adds a line to the step's log. */
  readonly log: (line: string) => void
  /** Directory of the finished output of a step named in `needs`. */
  output(stepId: string): string
  /**
   * Runs a command to its end and returns its standard output. Its output goes to the step's log.
   * @throws CommandError when it cannot start or ends with anything but 0
   */
  exec(command: string, args: readonly string[], options?: ExecOptions): Promise<string>
}

/** What a step may use while it downloads. */
export type FetchContext = Pick<StepContext, "root" | "log" | "exec">

/** Something that runs beside the commands: engine, registry, cluster. */
export interface Service {
  readonly id: string
  /** Starts it unless it runs, clearing what a killed predecessor left. Safe to call at any time. */
  up(): Promise<void>
  /** Stops it and leaves no process, mount, interface or cgroup behind. Safe to call at any time. */
  down(): Promise<void>
  status(): Promise<ServiceStatus>
}

export interface ServiceStatus {
  readonly id: string
  readonly state: "up" | "down" | "broken"
  /** One line for a person: address, pid, or what is wrong. */
  readonly detail: string
}
