/**
 * Seconds of the processor that work takes in this thread. The clock would count what else a busy machine does meanwhile: a test
 * of how work grows failed in continuous integration by it.
 */
export async function processorSeconds(work: () => unknown): Promise<number> {
  const started = process.threadCpuUsage()
  await work()
  const { user, system } = process.threadCpuUsage(started)
  return (user + system) / 1e6
}
