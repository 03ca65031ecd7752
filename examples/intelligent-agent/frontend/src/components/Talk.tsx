import { type SubmitEvent, useEffect, useRef, useState } from 'react'
import { sendMessage, startConversation } from '../api/agents.ts'
import type { Agent, Message } from '../api/types.ts'
import { Notice } from './Notice.tsx'

interface TalkProps {
  readonly agent: Agent
  /** Things to try, shown while nothing was said. */
  readonly examples: readonly string[]
  readonly start: readonly Message[]
  /** Null until the first message starts one. */
  readonly conversationId: string | null
}

export function Talk({ agent, examples, start, conversationId }: TalkProps) {
  const [conversation, setConversation] = useState(conversationId)
  const [messages, setMessages] = useState(start)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)

  const say = async () => {
    setBusy(true)
    setFailure(null)
    try {
      const id = conversation ?? (await startConversation(agent.id)).id
      setConversation(id)
      const { message, reply } = await sendMessage(id, text)
      setMessages((before) => [...before, message, reply])
      // Only now: what was not sent stays in the box.
      setText('')
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (text.trim() !== '' && !busy) void say()
  }
  return (
    <section className="talk" aria-label={`Conversation with ${agent.name}`}>
      <Messages messages={messages} name={agent.name} />
      {messages.length === 0 && <Examples examples={examples} onPick={setText} />}
      {failure !== null && <Notice text={failure} />}
      <form className="composer" onSubmit={submit}>
        <input
          aria-label="Message"
          placeholder={`Write to ${agent.name}`}
          value={text}
          maxLength={2000}
          autoComplete="off"
          onChange={(event) => { setText(event.target.value) }}
        />
        <button type="submit" className="primary" disabled={busy || text.trim() === ''}>
          Send
        </button>
      </form>
    </section>
  )
}

function Messages({ messages, name }: { readonly messages: readonly Message[]; readonly name: string }) {
  const end = useRef<HTMLLIElement>(null)
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' })
  }, [messages])
  return (
    <ol className="messages" aria-live="polite">
      {messages.map((message) => (
        <li key={message.id} className={`message message-${message.author}`}>
          <span className="author">{message.author === 'agent' ? name : 'You'}</span>
          <p>{message.text}</p>
          {message.skill !== null && <span className="skill">{message.skill}</span>}
        </li>
      ))}
      <li ref={end} aria-hidden="true" />
    </ol>
  )
}

interface ExamplesProps {
  readonly examples: readonly string[]
  readonly onPick: (text: string) => void
}

function Examples({ examples, onPick }: ExamplesProps) {
  return (
    <div className="examples">
      <p className="quiet">Nothing said yet. Try:</p>
      {examples.map((example) => (
        <button key={example} type="button" onClick={() => { onPick(example) }}>
          {example}
        </button>
      ))}
    </div>
  )
}
