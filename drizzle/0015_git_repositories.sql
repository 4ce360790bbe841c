CREATE TABLE "amelia"."git_repositories" (
	"path" text PRIMARY KEY NOT NULL,
	"trusted_hash" text,
	"trusted_files" jsonb,
	"trusted_at" timestamp (3) with time zone,
	"trusted_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
