CREATE TABLE "amelia"."chat_attachments" (
	"session_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chat_attachments_session_id_document_id_pk" PRIMARY KEY("session_id","document_id")
);
--> statement-breakpoint
CREATE TABLE "amelia"."prompts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "prompts_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "amelia"."chat_messages" ADD COLUMN "parent_id" uuid;--> statement-breakpoint
ALTER TABLE "amelia"."chat_messages" ADD COLUMN "depth" integer;--> statement-breakpoint
ALTER TABLE "amelia"."chat_sessions" ADD COLUMN "temperature" double precision;--> statement-breakpoint
ALTER TABLE "amelia"."chat_sessions" ADD COLUMN "system_prompt" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."chat_sessions" ADD COLUMN "pinned" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."chat_sessions" ADD COLUMN "leaf_id" uuid;--> statement-breakpoint
ALTER TABLE "amelia"."chat_attachments" ADD CONSTRAINT "chat_attachments_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "amelia"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."chat_attachments" ADD CONSTRAINT "chat_attachments_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_attachments_document" ON "amelia"."chat_attachments" USING btree ("document_id");--> statement-breakpoint
UPDATE "amelia"."chat_messages" AS m SET "parent_id" = o."before", "depth" = o."nth"
FROM (
	SELECT "id", lag("id") OVER w AS "before", row_number() OVER w AS "nth"
	FROM "amelia"."chat_messages" WINDOW w AS (PARTITION BY "session_id" ORDER BY "id")
) AS o WHERE o."id" = m."id";--> statement-breakpoint
ALTER TABLE "amelia"."chat_messages" ALTER COLUMN "depth" SET NOT NULL;--> statement-breakpoint
UPDATE "amelia"."chat_sessions" AS s SET "leaf_id" = (
	SELECT m."id" FROM "amelia"."chat_messages" AS m WHERE m."session_id" = s."id" ORDER BY m."id" DESC LIMIT 1
);
