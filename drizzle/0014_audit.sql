CREATE TABLE "amelia"."audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"action" text NOT NULL,
	"subject_id" uuid,
	"details" jsonb NOT NULL,
	"via" text NOT NULL,
	"program" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
