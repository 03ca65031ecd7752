import type { Skill } from '../api/types.ts'

export function Welcome({ skills }: { readonly skills: readonly Skill[] }) {
  return (
    <section className="welcome">
      <h1>Agents that do what they can, and say so when they cannot.</h1>
      <p>Make an agent, choose what it may do, and write to it. This is what there is to choose from:</p>
      <ul className="cards">
        {skills.map((skill) => (
          <li key={skill.name}>
            <h2>{skill.title}</h2>
            <p>“{skill.example}”</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
