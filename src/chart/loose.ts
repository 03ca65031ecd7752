/**
 * A Kubernetes object of a declared type as it is read: rendered by any chart, or returned by an API server of any
 * version. Every field but `name` may be missing, at any depth.
 */
export type Loose<T> = T extends readonly (infer Item)[]
  ? readonly Loose<Item>[]
  : T extends object
    ? { readonly [K in keyof T as K extends "name" ? never : K]?: Loose<T[K]> } & {
        readonly [K in keyof T as K extends "name" ? K : never]: T[K]
      }
    : T
