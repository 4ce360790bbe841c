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
ALTER TABLE "amelia"."runs" ALTER COLUMN "workflow_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."events" ADD COLUMN "agent_id" uuid;--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD COLUMN "agent_id" uuid;--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD COLUMN "agents" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."steps" ADD COLUMN "raw_output" text;--> statement-breakpoint
ALTER TABLE "amelia"."run_logs" ADD CONSTRAINT "run_logs_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "amelia"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_logs_run" ON "amelia"."run_logs" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "run_logs_agent" ON "amelia"."run_logs" USING btree ("agent_id","id");--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD CONSTRAINT "runs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "amelia"."agents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_agent" ON "amelia"."events" USING btree ("agent_id","id");--> statement-breakpoint
CREATE INDEX "runs_agent" ON "amelia"."runs" USING btree ("agent_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_agent_at_work" ON "amelia"."runs" USING btree ("agent_id") WHERE "amelia"."runs"."status" in ('running', 'waiting', 'paused');--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD CONSTRAINT "runs_of_one" CHECK (num_nonnulls("amelia"."runs"."workflow_id", "amelia"."runs"."agent_id") = 1);