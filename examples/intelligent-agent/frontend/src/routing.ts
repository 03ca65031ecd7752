import { useSyncExternalStore } from 'react'

export type Route = { readonly page: 'home' } | { readonly page: 'agent'; readonly id: string } | { readonly page: 'none' }

export function routeOf(path: string): Route {
  if (path === '/') return { page: 'home' }
  const id = /^\/agents\/([^/]+)\/?$/.exec(path)?.[1]
  return id === undefined ? { page: 'none' } : { page: 'agent', id: decodeURIComponent(id) }
}

export function agentPath(id: string): string {
  return `/agents/${encodeURIComponent(id)}`
}

export function navigate(path: string): void {
  window.history.pushState(null, '', path)
  // The browser tells only about its own back and forward buttons.
  window.dispatchEvent(new PopStateEvent('popstate'))
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, currentPath))
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('popstate', changed)
  return () => {
    window.removeEventListener('popstate', changed)
  }
}

function currentPath(): string {
  return window.location.pathname
}
