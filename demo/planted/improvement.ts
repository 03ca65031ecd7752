const app = "examples/intelligent-agent"

/** A harmless change of both images. */
export const improvement = [
  {
    file: `${app}/backend/src/skills/index.ts`,
    from: "I am not sure what to do with that.",
    to: "I do not know what to do with that.",
  },
  {
    file: `${app}/frontend/src/components/Welcome.tsx`,
    from: "Make an agent, choose what it may do, and write to it.",
    to: "Make an agent, choose what it may do, and write to it at any time.",
  },
]
