CREATE TABLE "amelia"."agents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"choices" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"action" text NOT NULL,
	"subject_id" uuid,
	"details" jsonb NOT NULL,
	"via" text NOT NULL,
	"program" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid,
	"session_id" uuid,
	"node" text,
	"iteration" integer DEFAULT 0 NOT NULL,
	"map_index" integer DEFAULT 0 NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"nth" integer DEFAULT 0 NOT NULL,
	"kind" text NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"request_hash" text NOT NULL,
	"request" jsonb,
	"response" jsonb,
	"input_tokens" integer,
	"output_tokens" integer,
	"cached_tokens" integer,
	"cost_usd" numeric(14, 8),
	"first_token_ms" real,
	"duration_ms" real NOT NULL,
	"retries" integer DEFAULT 0 NOT NULL,
	"request_id" text,
	"error" text,
	"error_name" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
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
CREATE TABLE "amelia"."document_storage" (
	"id" integer PRIMARY KEY NOT NULL,
	"bytes" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."document_texts" (
	"document_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"part" integer DEFAULT 0 NOT NULL,
	"content" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "document_texts_document_id_version_part_pk" PRIMARY KEY("document_id","version","part")
);
--> statement-breakpoint
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
CREATE TABLE "amelia"."documents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"progress" real DEFAULT 0 NOT NULL,
	"error" text,
	"file_size" integer NOT NULL,
	"stored_bytes" bigint NOT NULL,
	"content_hash" text NOT NULL,
	"source_url" text,
	"version" integer DEFAULT 1 NOT NULL,
	"indexed_version" integer,
	"chunk_count" integer DEFAULT 0 NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."embedding_models" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "amelia"."embedding_models_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"dimension" integer NOT NULL,
	"filled" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
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
CREATE TABLE "amelia"."event_counter" (
	"id" integer PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."events" (
	"id" bigint PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"source" text NOT NULL,
	"run_id" uuid,
	"agent_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
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
	"include_secrets" boolean DEFAULT false NOT NULL,
	"error" text,
	"removing" boolean DEFAULT false NOT NULL,
	"last_sync" jsonb,
	"synced_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."git_repositories" (
	"path" text PRIMARY KEY NOT NULL,
	"trusted_hash" text,
	"trusted_files" jsonb,
	"trusted_at" timestamp (3) with time zone,
	"trusted_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."login_sessions" (
	"hash" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."artifacts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"node" text NOT NULL,
	"map_index" integer,
	"version" integer DEFAULT 1 NOT NULL,
	"content" text NOT NULL,
	"data" jsonb NOT NULL,
	"citations" jsonb NOT NULL,
	"copied" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "artifacts_place" UNIQUE NULLS NOT DISTINCT("run_id","node","map_index","version")
);
--> statement-breakpoint
CREATE TABLE "amelia"."gate_decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"node" text NOT NULL,
	"about" text NOT NULL,
	"version" integer NOT NULL,
	"decision" text NOT NULL,
	"feedback" text,
	"copied" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."run_logs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"node" text NOT NULL,
	"agent_id" uuid,
	"level" text NOT NULL,
	"message" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workflow_id" uuid,
	"agent_id" uuid,
	"workflow_name" text NOT NULL,
	"definition" jsonb NOT NULL,
	"agents" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"input" jsonb NOT NULL,
	"forked_from" jsonb,
	"recording" jsonb,
	"status" text NOT NULL,
	"waiting" jsonb,
	"wake_at" timestamp (3) with time zone,
	"pause_requested" boolean DEFAULT false NOT NULL,
	"budget_usd" numeric(14, 8),
	"error" text,
	"owner" text,
	"lease_until" timestamp (3) with time zone,
	"take_overs" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"records_removed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "runs_of_one" CHECK (num_nonnulls("amelia"."runs"."workflow_id", "amelia"."runs"."agent_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "amelia"."steps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"node" text NOT NULL,
	"iteration" integer DEFAULT 0 NOT NULL,
	"map_index" integer DEFAULT 0 NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"parked" integer DEFAULT 0 NOT NULL,
	"tolerated" boolean DEFAULT false NOT NULL,
	"status" text NOT NULL,
	"progress" real DEFAULT 0 NOT NULL,
	"model" text,
	"input" jsonb,
	"output" jsonb,
	"error" text,
	"error_name" text,
	"raw_output" text,
	"started_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	"copied" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."chunks" (
	"id" bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "amelia"."chunks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"document_id" uuid NOT NULL,
	"document_version" integer NOT NULL,
	"chunk_index" integer NOT NULL,
	"start" integer NOT NULL,
	"end" integer NOT NULL,
	"page" integer,
	"heading_path" text[] DEFAULT '{}'::text[] NOT NULL,
	"content" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."search_blocks" (
	"segment_id" bigint NOT NULL,
	"block" integer NOT NULL,
	"packed" "bytea" NOT NULL,
	CONSTRAINT "search_blocks_segment_id_block_pk" PRIMARY KEY("segment_id","block")
);
--> statement-breakpoint
CREATE TABLE "amelia"."search_segments" (
	"id" bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "amelia"."search_segments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"live" boolean NOT NULL,
	"chunk_count" integer NOT NULL,
	"lengths" "bytea" NOT NULL,
	"fences" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."search_tombstones" (
	"segment_id" bigint PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"chunk_count" integer NOT NULL,
	"chunk_ids" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "amelia"."checkpoint_values" (
	"thread_id" text NOT NULL,
	"namespace" text DEFAULT '' NOT NULL,
	"channel" text NOT NULL,
	"version" text NOT NULL,
	"type" text NOT NULL,
	"value" "bytea" NOT NULL,
	CONSTRAINT "checkpoint_values_thread_id_namespace_channel_version_pk" PRIMARY KEY("thread_id","namespace","channel","version")
);
--> statement-breakpoint
CREATE TABLE "amelia"."checkpoint_writes" (
	"thread_id" text NOT NULL,
	"namespace" text DEFAULT '' NOT NULL,
	"checkpoint_id" text NOT NULL,
	"task_path" text DEFAULT '' NOT NULL,
	"task_id" text NOT NULL,
	"position" integer NOT NULL,
	"channel" text NOT NULL,
	"type" text NOT NULL,
	"value" "bytea" NOT NULL,
	CONSTRAINT "checkpoint_writes_thread_id_namespace_checkpoint_id_task_id_position_pk" PRIMARY KEY("thread_id","namespace","checkpoint_id","task_id","position")
);
--> statement-breakpoint
CREATE TABLE "amelia"."checkpoints" (
	"thread_id" text NOT NULL,
	"namespace" text DEFAULT '' NOT NULL,
	"checkpoint_id" text NOT NULL,
	"parent_id" text,
	"checkpoint" jsonb NOT NULL,
	"metadata" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkpoints_thread_id_namespace_checkpoint_id_pk" PRIMARY KEY("thread_id","namespace","checkpoint_id")
);
--> statement-breakpoint
CREATE TABLE "amelia"."workflows" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"preset" text,
	"definition" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "amelia"."calls" ADD CONSTRAINT "calls_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "amelia"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."calls" ADD CONSTRAINT "calls_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "amelia"."chat_sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."chat_messages" ADD CONSTRAINT "chat_messages_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "amelia"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."document_texts" ADD CONSTRAINT "document_texts_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."document_versions" ADD CONSTRAINT "document_versions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."eval_judgements" ADD CONSTRAINT "eval_judgements_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."folder_files" ADD CONSTRAINT "folder_files_folder_id_folders_id_fk" FOREIGN KEY ("folder_id") REFERENCES "amelia"."folders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."folder_files" ADD CONSTRAINT "folder_files_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."artifacts" ADD CONSTRAINT "artifacts_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "amelia"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."gate_decisions" ADD CONSTRAINT "gate_decisions_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "amelia"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."run_logs" ADD CONSTRAINT "run_logs_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "amelia"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD CONSTRAINT "runs_workflow_id_workflows_id_fk" FOREIGN KEY ("workflow_id") REFERENCES "amelia"."workflows"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD CONSTRAINT "runs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "amelia"."agents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."steps" ADD CONSTRAINT "steps_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "amelia"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."chunks" ADD CONSTRAINT "chunks_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "amelia"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."search_blocks" ADD CONSTRAINT "search_blocks_segment_id_search_segments_id_fk" FOREIGN KEY ("segment_id") REFERENCES "amelia"."search_segments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amelia"."search_tombstones" ADD CONSTRAINT "search_tombstones_segment_id_search_segments_id_fk" FOREIGN KEY ("segment_id") REFERENCES "amelia"."search_segments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "calls_place" ON "amelia"."calls" USING btree ("run_id","node","iteration","map_index","attempt","nth");--> statement-breakpoint
CREATE INDEX "calls_created" ON "amelia"."calls" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "calls_session" ON "amelia"."calls" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "chat_messages_session" ON "amelia"."chat_messages" USING btree ("session_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "chat_messages_generating" ON "amelia"."chat_messages" USING btree ("session_id") WHERE "amelia"."chat_messages"."generating";--> statement-breakpoint
CREATE UNIQUE INDEX "documents_name" ON "amelia"."documents" USING btree ("name");--> statement-breakpoint
CREATE INDEX "documents_content_hash" ON "amelia"."documents" USING btree ("content_hash");--> statement-breakpoint
CREATE INDEX "documents_status" ON "amelia"."documents" USING btree ("status");--> statement-breakpoint
CREATE UNIQUE INDEX "embedding_models_name" ON "amelia"."embedding_models" USING btree ("name","dimension");--> statement-breakpoint
CREATE INDEX "eval_judgements_document" ON "amelia"."eval_judgements" USING btree ("document_id");--> statement-breakpoint
CREATE INDEX "events_type" ON "amelia"."events" USING btree ("type","id");--> statement-breakpoint
CREATE INDEX "events_run" ON "amelia"."events" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "events_agent" ON "amelia"."events" USING btree ("agent_id","id");--> statement-breakpoint
CREATE INDEX "folder_files_folder" ON "amelia"."folder_files" USING btree ("folder_id");--> statement-breakpoint
CREATE INDEX "folder_files_document" ON "amelia"."folder_files" USING btree ("document_id");--> statement-breakpoint
CREATE UNIQUE INDEX "folders_name" ON "amelia"."folders" USING btree ("name");--> statement-breakpoint
CREATE UNIQUE INDEX "folders_path" ON "amelia"."folders" USING btree ("keeper","path");--> statement-breakpoint
CREATE INDEX "gate_decisions_run" ON "amelia"."gate_decisions" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "run_logs_run" ON "amelia"."run_logs" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "run_logs_agent" ON "amelia"."run_logs" USING btree ("agent_id","id");--> statement-breakpoint
CREATE INDEX "runs_workflow" ON "amelia"."runs" USING btree ("workflow_id","id");--> statement-breakpoint
CREATE INDEX "runs_agent" ON "amelia"."runs" USING btree ("agent_id","id");--> statement-breakpoint
CREATE INDEX "runs_status" ON "amelia"."runs" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "runs_wake" ON "amelia"."runs" USING btree ("wake_at") WHERE "amelia"."runs"."wake_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "runs_agent_at_work" ON "amelia"."runs" USING btree ("agent_id") WHERE "amelia"."runs"."status" in ('running', 'waiting', 'paused');--> statement-breakpoint
CREATE INDEX "runs_records" ON "amelia"."runs" USING btree ("completed_at") WHERE "amelia"."runs"."records_removed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "steps_place" ON "amelia"."steps" USING btree ("run_id","node","iteration","map_index");--> statement-breakpoint
CREATE UNIQUE INDEX "chunks_place" ON "amelia"."chunks" USING btree ("document_id","document_version","chunk_index");--> statement-breakpoint
CREATE INDEX "search_segments_live" ON "amelia"."search_segments" USING btree ("live");--> statement-breakpoint
CREATE INDEX "workflows_name" ON "amelia"."workflows" USING btree ("name");--> statement-breakpoint
INSERT INTO "amelia"."document_storage" VALUES (1, 0);
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
