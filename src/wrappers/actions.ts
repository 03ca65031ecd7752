/** A third-party action, pinned by commit: it runs next to the project's secrets, so its code must not change unnoticed. */
export interface PinnedAction {
  readonly name: string
  readonly version: string
  /** The commit of that version. */
  readonly commit: string
}

/**
 * Commits from cboyd0319/PyGuard, .github/ACTIONS_VERSIONS.md at 0dc556cc897758072440913c74187a628a642528; that of
 * checkout also from EnollaTomazic/Planner, docs/github-actions-shas.md. That of dagger-for-github from its own tags.
 */
export const actions = {
  checkout: {
    name: "actions/checkout",
    version: "v5.0.0",
    commit: "08c6903cd8c0fde910a37f88322edcfb5dd907a8",
  },
  uploadArtifact: {
    name: "actions/upload-artifact",
    version: "v4.6.2",
    commit: "ea165f8d65b6e75b540449e92b4886f43607fa02",
  },
  uploadSarif: {
    name: "github/codeql-action/upload-sarif",
    version: "v4.30.8",
    commit: "f443b600d91635bebf5b0d9ebc620189c0d6fba5",
  },
  dagger: {
    name: "dagger/dagger-for-github",
    version: "v8.4.1",
    commit: "27b130bf0f79a7f6fbbbe0fbca6760dc9bb40a77",
  },
} as const satisfies Record<string, PinnedAction>

/** The value of `uses:` and its comment. */
export function usesOf({ name, version, commit }: PinnedAction): {
  readonly uses: string
  readonly comment: string
} {
  return { uses: `${name}@${commit}`, comment: ` ${version}` }
}
