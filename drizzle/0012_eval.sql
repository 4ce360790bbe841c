CREATE TABLE "amelia"."eval_judgements" (
	"id" uuid PRIMARY KEY NOT NULL,
	"query" text NOT NULL,
	"document_id" uuid NOT NULL,
	"document_version" integer NOT NULL,
	"start" integer,
	"end" integer,
	"grade" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "amelia"."eval_judgements" ADD CONSTRAINT "eval_judgements_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "eval_judgements_document" ON "amelia"."eval_judgements" USING btree ("document_id");