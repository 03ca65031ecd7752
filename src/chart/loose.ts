/**
 * A Kubernetes object of a declared type as it is read: rendered by anybody's chart, or answered by an API server of any
 * version. What is declared may be missing at any depth, but for the names of what is listed.
 */
export type Loose<T> = T extends readonly (infer Item)[]
  ? readonly Loose<Item>[]
  : T extends object
    ? { readonly [K in keyof T as K extends "name" ? never : K]?: Loose<T[K]> } & {
        readonly [K in keyof T as K extends "name" ? K : never]: T[K]
      }
    : T
