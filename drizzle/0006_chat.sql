CREATE TABLE "amelia"."chat_messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"session_id" uuid NOT NULL,
	"role" text NOT NULL,
	"content" text NOT NULL,
	"metadata" jsonb NOT NULL,
	"generating" boolean DEFAULT false NOT NULL,
	"saved_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."chat_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"title" text,
	"model" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "amelia"."calls" ADD COLUMN "session_id" uuid;--> statement-breakpoint
ALTER TABLE "amelia"."chat_messages" ADD CONSTRAINT "chat_messages_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "amelia"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_messages_session" ON "amelia"."chat_messages" USING btree ("session_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "chat_messages_generating" ON "amelia"."chat_messages" USING btree ("session_id") WHERE "amelia"."chat_messages"."generating";--> statement-breakpoint
ALTER TABLE "amelia"."calls" ADD CONSTRAINT "calls_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "amelia"."chat_sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "calls_session" ON "amelia"."calls" USING btree ("session_id");