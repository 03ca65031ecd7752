import { z } from 'zod'

export const NewConversation = z.strictObject({ title: z.string().trim().min(1).max(120).default('Conversation') })

export const NewMessage = z.strictObject({ text: z.string().trim().min(1).max(2000) })
