ALTER TABLE "amelia"."artifacts" ADD COLUMN "copied" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."gate_decisions" ADD COLUMN "copied" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD COLUMN "forked_from" jsonb;--> statement-breakpoint
ALTER TABLE "amelia"."runs" ADD COLUMN "recording" jsonb;--> statement-breakpoint
ALTER TABLE "amelia"."steps" ADD COLUMN "copied" boolean DEFAULT false NOT NULL;