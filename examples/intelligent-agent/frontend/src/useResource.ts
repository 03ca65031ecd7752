import { useCallback, useEffect, useEffectEvent, useState } from 'react'

export type Resource<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly reason: string; readonly status: number }
  | { readonly state: 'ready'; readonly value: Value }

interface Loaded<Value> {
  readonly key: string
  readonly resource: Resource<Value>
}

/** Loads something and loads it again when `key` changes; the second result loads it anew, the third replaces it. */
export function useResource<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
): [Resource<Value>, () => void, (value: Value) => void] {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ key, resource: { state: 'loading' } })
  const [round, setRound] = useState(0)
  // `load` is another function at each render; what it loads is named by `key`.
  const loadNow = useEffectEvent(load)

  useEffect(() => {
    const abort = new AbortController()
    loadNow(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setLoaded({ key, resource: { state: 'ready', value } })
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setLoaded({ key, resource: failure(error) })
      },
    )
    return () => {
      abort.abort()
    }
  }, [key, round])

  const reload = useCallback(() => {
    setRound((before) => before + 1)
  }, [])
  const replace = useCallback(
    (value: Value) => {
      setLoaded({ key, resource: { state: 'ready', value } })
    },
    [key],
  )
  return [loaded.key === key ? loaded.resource : { state: 'loading' }, reload, replace]
}

function failure(error: unknown): Resource<never> {
  const reason = error instanceof Error ? error.message : String(error)
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 0
  return { state: 'failed', reason, status }
}
