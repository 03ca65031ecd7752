/** Runs at most so many at once, in order of arrival. */
export function limiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // The place goes straight to the next in line; it is given up only when nobody waits.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
