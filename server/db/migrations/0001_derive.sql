ALTER TABLE "issues" ADD COLUMN "source" text DEFAULT 'file' NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "tree_settings" jsonb;