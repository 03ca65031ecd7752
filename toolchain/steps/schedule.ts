/** The resources that a task uses while it runs, or that a machine has. */
export interface Load {
  /** GiB. */
  readonly memory: number
  readonly cores: number
  /** Downloads that run at once. */
  readonly downloads: number
}

/** Work that starts once the tasks that it needs have ended. */
export interface Task {
  readonly id: string
  /** Ids of the tasks before it; an id that is not among the tasks counts as finished. */
  readonly needs: readonly string[]
  readonly load: Load
  /** Its measured duration, or a guess: it decides the order of tasks only. */
  readonly seconds: number
}

/** The progress of the tasks. */
export interface Situation {
  readonly finished: ReadonlySet<string>
  readonly running: ReadonlySet<string>
}

/**
 * The tasks to start now, in order: the longest remaining path first, as many as the machine has resources for.
 *
 * Where the first one does not fit yet, later ones may start only if they leave enough resources for it once all tasks
 * before it have ended: small tasks never delay a large one for ever. A task that is larger than the whole machine runs
 * alone.
 */
export function startable(tasks: readonly Task[], situation: Situation, machine: Load): Task[] {
  const { finished, running } = situation
  const ordered = inOrder(tasks)
  const open = (id: string) => !finished.has(id) && tasks.some((task) => task.id === id)
  const started: Task[] = []
  const runs = (task: Task) => running.has(task.id) || started.includes(task)
  const taken = (of: readonly Task[]) => of.filter(runs).map((task) => within(task.load, machine))
  let held: { readonly load: Load; readonly place: number } | undefined
  for (const [place, task] of ordered.entries()) {
    if (finished.has(task.id) || runs(task) || task.needs.some(open)) continue
    const load = within(task.load, machine)
    const fitsNow = fits([...taken(ordered), load], machine)
    const leavesRoom = !held || fits([held.load, ...taken(ordered.slice(held.place)), load], machine)
    if (fitsNow && leavesRoom) started.push(task)
    else held ??= { load, place }
  }
  return started
}

/** Longest remaining path first; equals stay in the given order. */
function inOrder(tasks: readonly Task[]): Task[] {
  const ways = new Map<string, number>()
  const wayOf = (task: Task): number => {
    const known = ways.get(task.id)
    if (known !== undefined) return known
    const after = tasks.filter((other) => other.needs.includes(task.id))
    const way = task.seconds + Math.max(0, ...after.map(wayOf))
    ways.set(task.id, way)
    return way
  }
  return [...tasks].sort((a, b) => wayOf(b) - wayOf(a))
}

const kinds = ["memory", "cores", "downloads"] as const

/** The resources that a task uses, at most those of the machine. */
function within(load: Load, machine: Load): Load {
  return {
    memory: Math.min(load.memory, machine.memory),
    cores: Math.min(load.cores, machine.cores),
    downloads: Math.min(load.downloads, machine.downloads),
  }
}

/** The tolerance is for rounding errors in sums of fractions. */
const fits = (loads: readonly Load[], machine: Load): boolean =>
  kinds.every((kind) => loads.reduce((sum, load) => sum + load[kind], 0) <= machine[kind] + 1e-9)
