CREATE TABLE "amelia"."folder_files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"folder_id" uuid NOT NULL,
	"path" text NOT NULL,
	"size" bigint NOT NULL,
	"changed_at" double precision,
	"content_hash" text,
	"document_id" uuid,
	"skipped" text
);
--> statement-breakpoint
CREATE TABLE "amelia"."folders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"path" text NOT NULL,
	"keeper" text NOT NULL,
	"error" text,
	"removing" boolean DEFAULT false NOT NULL,
	"last_sync" jsonb,
	"synced_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "amelia"."folder_files" ADD CONSTRAINT "folder_files_folder_id_folders_id_fk" FOREIGN KEY ("folder_id") REFERENCES "amelia"."folders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."folder_files" ADD CONSTRAINT "folder_files_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "folder_files_folder" ON "amelia"."folder_files" USING btree ("folder_id");--> statement-breakpoint
CREATE INDEX "folder_files_document" ON "amelia"."folder_files" USING btree ("document_id");--> statement-breakpoint
CREATE UNIQUE INDEX "folders_name" ON "amelia"."folders" USING btree ("name");--> statement-breakpoint
CREATE UNIQUE INDEX "folders_path" ON "amelia"."folders" USING btree ("keeper","path");