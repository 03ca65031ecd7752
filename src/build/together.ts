import { asSignalboxError, SignalboxError } from "../domain/index.ts"

/**
 * Does the same for several components at once, and waits for all of them: who mends what the first one says wants to know what
 * the others would have said.
 * @throws SignalboxError the only failure as it is; of several, one with the code of the first that has them all
 */
export async function together<T>(
  names: readonly string[],
  work: (name: string) => Promise<T>,
): Promise<readonly T[]> {
  const ends = await Promise.allSettled(names.map(async (name) => work(name)))
  const failures = ends.flatMap((end, at) =>
    end.status === "rejected"
      ? [{ name: names[at] ?? "", thrown: end.reason, error: asSignalboxError(end.reason) }]
      : [],
  )
  const [first, ...others] = failures
  if (first === undefined) return ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []))
  if (others.length === 0) throw first.thrown
  throw new SignalboxError(
    first.error.code,
    {
      what: `${failures.length} of ${names.length} components failed: ${failures.map(({ name }) => name).join(", ")}`,
      why: failures.map(({ name, error }) => `${name}: ${error.message}`).join("\n"),
      next: "mend each of them, and call again",
    },
    { cause: new AggregateError(failures.map(({ thrown }) => thrown)) },
  )
}
