CREATE TABLE "amelia"."document_storage" (
	"id" integer PRIMARY KEY NOT NULL,
	"bytes" bigint NOT NULL
);
--> statement-breakpoint
INSERT INTO "amelia"."document_storage" SELECT 1, coalesce(sum("stored_bytes"), 0) FROM "amelia"."documents";
--> statement-breakpoint
-- Only keys of these are looked up: a large sample would let ANALYZE hold up others for 250 ms.
ALTER TABLE "amelia"."chunks"
	ALTER "id" SET STATISTICS 2, ALTER "document_id" SET STATISTICS 2, ALTER "document_version" SET STATISTICS 2,
	ALTER "chunk_index" SET STATISTICS 2, ALTER "start" SET STATISTICS 2, ALTER "end" SET STATISTICS 2,
	ALTER "page" SET STATISTICS 2, ALTER "heading_path" SET STATISTICS 0, ALTER "content" SET STATISTICS 0;
--> statement-breakpoint
ALTER TABLE "amelia"."search_blocks"
	ALTER "segment_id" SET STATISTICS 2, ALTER "block" SET STATISTICS 2, ALTER "packed" SET STATISTICS 0;
--> statement-breakpoint
ALTER TABLE "amelia"."document_texts"
	ALTER "document_id" SET STATISTICS 2, ALTER "version" SET STATISTICS 2, ALTER "content" SET STATISTICS 0,
	ALTER "created_at" SET STATISTICS 2;
