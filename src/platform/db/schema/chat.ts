import { sql } from "drizzle-orm"
import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core"
import type { ImageType } from "../../shapes/image"
import type { MessageMetadata } from "../../shapes/message"
import { amelia, bytea, createdAt, id, timestamptz, updatedAt } from "../columns"
import { documents } from "./documents"

export const chatSessions = amelia.table("chat_sessions", {
  id: id(),
  /** Null until the first message sets it. */
  title: text(),
  /** Null to use the settings, as in `temperature`. */
  model: text(),
  /** A second model or agent that answers each question too. Null without one. */
  besideModel: text(),
  temperature: doublePrecision(),
  /** The user's own instructions. */
  systemPrompt: text().notNull().default(""),
  pinned: boolean().notNull().default(false),
  /** The newest message of the branch that is shown and goes on. Null without messages. */
  leafId: uuid(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})
export type SessionRow = typeof chatSessions.$inferSelect

/** The messages of a session are a tree: another answer or another wording is a sibling. */
export const chatMessages = amelia.table(
  "chat_messages",
  {
    id: id(),
    sessionId: uuid()
      .notNull()
      .references(() => chatSessions.id, { onDelete: "cascade" }),
    /**
     * The message that it follows. Null for a first one. No foreign key: a cascade along a long
     * conversation would nest as deep as that is long.
     */
    parentId: uuid(),
    /** The number of messages on its branch up to itself. */
    depth: integer().notNull(),
    role: text().$type<"user" | "assistant">().notNull(),
    content: text().notNull(),
    metadata: jsonb().$type<MessageMetadata>().notNull(),
    /** Written beside another answer to the same question, by a second model. */
    beside: boolean().notNull().default(false),
    /** True while a process writes it. Setting it to false ends the message. */
    generating: boolean().notNull().default(false),
    /** When that process last saved it, by the database's clock. */
    savedAt: timestamptz().notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (table) => [
    index("chat_messages_session").on(table.sessionId, table.id),
    // One answer at a time, and one beside it.
    uniqueIndex("chat_messages_generating")
      .on(table.sessionId, table.beside)
      .where(sql`${table.generating}`),
  ],
)
export type MessageRow = typeof chatMessages.$inferSelect

/** Documents that were added to a session, and are deleted with it. */
export const chatAttachments = amelia.table(
  "chat_attachments",
  {
    sessionId: uuid()
      .notNull()
      .references(() => chatSessions.id, { onDelete: "cascade" }),
    documentId: uuid()
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.documentId] }),
    index("chat_attachments_document").on(table.documentId),
  ],
)

/** Images that questions show to models. They are no documents: nothing can be searched in them. */
export const chatImages = amelia.table(
  "chat_images",
  {
    id: id(),
    sessionId: uuid()
      .notNull()
      .references(() => chatSessions.id, { onDelete: "cascade" }),
    name: text().notNull(),
    mediaType: text().$type<ImageType>().notNull(),
    bytes: bytea().notNull(),
    /** False until a question shows it. */
    shown: boolean().notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [index("chat_images_session").on(table.sessionId, table.id)],
)

/** Texts that people ask again and again, with `{{variables}}`. */
export const prompts = amelia.table("prompts", {
  id: id(),
  /** What follows the slash in a composer. */
  name: text().notNull().unique(),
  body: text().notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})
export type PromptRow = typeof prompts.$inferSelect
