CREATE TABLE "amelia"."gate_decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"node" text NOT NULL,
	"about" text NOT NULL,
	"version" integer NOT NULL,
	"decision" text NOT NULL,
	"feedback" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "amelia"."artifacts_place";--> statement-breakpoint
ALTER TABLE "amelia"."artifacts" ADD COLUMN "map_index" integer;--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD COLUMN "wake_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "amelia"."steps" ADD COLUMN "parked" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."steps" ADD COLUMN "tolerated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."gate_decisions" ADD CONSTRAINT "gate_decisions_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "amelia"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gate_decisions_run" ON "amelia"."gate_decisions" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "runs_wake" ON "amelia"."runs" USING btree ("wake_at") WHERE "amelia"."runs"."wake_at" is not null;--> statement-breakpoint
ALTER TABLE "amelia"."artifacts" ADD CONSTRAINT "artifacts_place" UNIQUE NULLS NOT DISTINCT("run_id","node","map_index","version");