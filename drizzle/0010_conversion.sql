CREATE TABLE "amelia"."document_versions" (
	"document_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"error" text,
	"file_size" integer NOT NULL,
	"content_hash" text NOT NULL,
	"original" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"page_starts" integer[],
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "document_versions_document_id_version_pk" PRIMARY KEY("document_id","version")
);
--> statement-breakpoint
DROP INDEX "amelia"."chunks_place";--> statement-breakpoint
ALTER TABLE "amelia"."document_texts" DROP CONSTRAINT "document_texts_document_id_version_pk";--> statement-breakpoint
ALTER TABLE "amelia"."document_texts" ADD COLUMN "part" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."document_texts" ADD CONSTRAINT "document_texts_document_id_version_part_pk" PRIMARY KEY("document_id","version","part");--> statement-breakpoint
ALTER TABLE "amelia"."documents" ADD COLUMN "indexed_version" integer;--> statement-breakpoint
ALTER TABLE "amelia"."document_versions" ADD CONSTRAINT "document_versions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "chunks_place" ON "amelia"."chunks" USING btree ("document_id","document_version","chunk_index");--> statement-breakpoint
UPDATE "amelia"."documents" SET "indexed_version" = "version";
--> statement-breakpoint
-- Until now each text was its file, so that it tells the size and the hash of older versions.
INSERT INTO "amelia"."document_versions"
	("document_id", "version", "type", "status", "file_size", "content_hash", "created_at")
SELECT d."id", t."version", d."type", 'indexed',
	CASE WHEN t."version" = d."version" THEN d."file_size" ELSE octet_length(t."content") END,
	CASE WHEN t."version" = d."version" THEN d."content_hash"
		ELSE encode(sha256(convert_to(t."content", 'UTF8')), 'hex') END,
	t."created_at"
FROM "amelia"."document_texts" t JOIN "amelia"."documents" d ON d."id" = t."document_id";
