CREATE TABLE "amelia"."chat_images" (
	"id" uuid PRIMARY KEY NOT NULL,
	"session_id" uuid NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"shown" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "amelia"."chat_messages_generating";--> statement-breakpoint
ALTER TABLE "amelia"."chat_messages" ADD COLUMN "beside" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."chat_sessions" ADD COLUMN "beside_model" text;--> statement-breakpoint
ALTER TABLE "amelia"."chat_images" ADD CONSTRAINT "chat_images_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "amelia"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_images_session" ON "amelia"."chat_images" USING btree ("session_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "chat_messages_generating" ON "amelia"."chat_messages" USING btree ("session_id","beside") WHERE "amelia"."chat_messages"."generating";