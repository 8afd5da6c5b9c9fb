CREATE TYPE "public"."item_status" AS ENUM('created', 'updated', 'unchanged', 'failed', 'skipped');--> statement-breakpoint
CREATE TYPE "public"."item_type" AS ENUM('epic', 'feature', 'user_story');--> statement-breakpoint
CREATE TYPE "public"."sync_outcome" AS ENUM('succeeded', 'partial', 'failed');--> statement-breakpoint
CREATE TYPE "public"."sync_status" AS ENUM('pending', 'in_progress', 'completed', 'failed', 'cancelled');--> statement-breakpoint
CREATE TABLE "connections" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"api_host" text NOT NULL,
	"organization" text,
	"secret" text NOT NULL,
	"token_fingerprint" text NOT NULL,
	"settings" jsonb,
	"is_active" boolean NOT NULL,
	"is_tested" boolean NOT NULL,
	"test_passed" boolean NOT NULL,
	"test_error" text,
	"revision" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "field_mapping_configs" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"project_id" text NOT NULL,
	"project_name" text,
	"description" text,
	"process_template_name" text,
	"is_default" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "field_mapping_templates" (
	"id" text PRIMARY KEY NOT NULL,
	"process_template_name" text NOT NULL,
	"process_type_id" text NOT NULL,
	"description" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "field_mappings" (
	"id" text PRIMARY KEY NOT NULL,
	"config_id" text,
	"template_id" text,
	"position" integer NOT NULL,
	"ardoq_field" text NOT NULL,
	"azure_devops_field" text NOT NULL,
	"work_item_type" text NOT NULL,
	"transform" text,
	CONSTRAINT "field_mappings_owner" CHECK (num_nonnulls("field_mappings"."config_id", "field_mappings"."template_id") = 1),
	CONSTRAINT "field_mappings_type" CHECK ("field_mappings"."work_item_type" in ('epic', 'feature', 'user_story'))
);
--> statement-breakpoint
CREATE TABLE "audit_logs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"action_type" varchar(50) NOT NULL,
	"entity_type" varchar(50) NOT NULL,
	"entity_id" text NOT NULL,
	"user_id" uuid,
	"source_ip" varchar(45),
	"user_agent" text,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"seq" bigint NOT NULL,
	"prev_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_logs_seq" UNIQUE("seq")
);
--> statement-breakpoint
CREATE TABLE "sync_history" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source_type" varchar(50) NOT NULL,
	"target_type" varchar(50) NOT NULL,
	"source_config_id" varchar(255),
	"target_config_id" varchar(255),
	"project_name" varchar(255) NOT NULL,
	"status" "sync_status" DEFAULT 'pending' NOT NULL,
	"outcome" "sync_outcome",
	"overwrite_mode" boolean DEFAULT false NOT NULL,
	"total_items" integer DEFAULT 0 NOT NULL,
	"items_created" integer DEFAULT 0 NOT NULL,
	"items_updated" integer DEFAULT 0 NOT NULL,
	"items_unchanged" integer DEFAULT 0 NOT NULL,
	"items_failed" integer DEFAULT 0 NOT NULL,
	"items_skipped" integer DEFAULT 0 NOT NULL,
	"epics_created" integer DEFAULT 0 NOT NULL,
	"epics_updated" integer DEFAULT 0 NOT NULL,
	"epics_unchanged" integer DEFAULT 0 NOT NULL,
	"epics_failed" integer DEFAULT 0 NOT NULL,
	"epics_skipped" integer DEFAULT 0 NOT NULL,
	"features_created" integer DEFAULT 0 NOT NULL,
	"features_updated" integer DEFAULT 0 NOT NULL,
	"features_unchanged" integer DEFAULT 0 NOT NULL,
	"features_failed" integer DEFAULT 0 NOT NULL,
	"features_skipped" integer DEFAULT 0 NOT NULL,
	"user_stories_created" integer DEFAULT 0 NOT NULL,
	"user_stories_updated" integer DEFAULT 0 NOT NULL,
	"user_stories_unchanged" integer DEFAULT 0 NOT NULL,
	"user_stories_failed" integer DEFAULT 0 NOT NULL,
	"user_stories_skipped" integer DEFAULT 0 NOT NULL,
	"deletion_count" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	"duration_ms" bigint,
	"error_message" text,
	"error_code" text,
	"operation_id" text,
	"retry_of" uuid,
	"plan_id" text,
	"idempotency_key" text,
	"user_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sync_history_counts" CHECK (least("sync_history"."total_items", "sync_history"."items_created", "sync_history"."items_updated", "sync_history"."items_unchanged",
        "sync_history"."items_failed", "sync_history"."items_skipped", "sync_history"."epics_created", "sync_history"."epics_updated",
        "sync_history"."epics_unchanged", "sync_history"."epics_failed", "sync_history"."epics_skipped", "sync_history"."features_created",
        "sync_history"."features_updated", "sync_history"."features_unchanged", "sync_history"."features_failed", "sync_history"."features_skipped",
        "sync_history"."user_stories_created", "sync_history"."user_stories_updated", "sync_history"."user_stories_unchanged",
        "sync_history"."user_stories_failed", "sync_history"."user_stories_skipped", "sync_history"."deletion_count") >= 0)
);
--> statement-breakpoint
CREATE TABLE "sync_history_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sync_history_id" uuid NOT NULL,
	"ardoq_id" varchar(255) NOT NULL,
	"item_name" varchar(500) NOT NULL,
	"item_type" "item_type" NOT NULL,
	"status" "item_status" NOT NULL,
	"azure_devops_id" integer,
	"azure_devops_url" text,
	"error_message" text,
	"error_code" text,
	"parent_ardoq_id" varchar(255),
	"changed_fields" jsonb,
	"changed_by_user" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sync_history_items_once" UNIQUE("sync_history_id","ardoq_id")
);
--> statement-breakpoint
CREATE TABLE "push_jobs" (
	"sync_history_id" uuid PRIMARY KEY NOT NULL,
	"operation_id" text NOT NULL,
	"tree" jsonb,
	"chosen" jsonb,
	"total_items" integer NOT NULL,
	"connection_id" text NOT NULL,
	"project_name" text NOT NULL,
	"overwrite" jsonb,
	"field_mapping_config_id" text,
	"process_template_name" text,
	"plan_id" text,
	"retry_of" uuid,
	"only" text,
	"use_batch" jsonb,
	"deleted" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "push_plans" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"organization" text NOT NULL,
	"project_name" text NOT NULL,
	"target_project_id" text NOT NULL,
	"request" jsonb NOT NULL,
	"plan" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"applied_at" timestamp (3) with time zone,
	"applied_by" uuid
);
--> statement-breakpoint
CREATE TABLE "push_results" (
	"sync_history_id" uuid NOT NULL,
	"source_id" text NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"work_item_id" integer,
	"url" text,
	"code" text,
	"reason" text,
	CONSTRAINT "push_results_sync_history_id_source_id_pk" PRIMARY KEY("sync_history_id","source_id")
);
--> statement-breakpoint
CREATE TABLE "work_item_ledger" (
	"source_system" text NOT NULL,
	"source_scope" text NOT NULL,
	"source_id" text NOT NULL,
	"target_org" text NOT NULL,
	"target_project_id" text NOT NULL,
	"work_item_id" integer,
	"rev" integer,
	"work_item_type" text NOT NULL,
	"parent_source_id" text,
	"parent_work_item_id" integer,
	"content_hash" text NOT NULL,
	"field_hashes" jsonb NOT NULL,
	"marker" text NOT NULL,
	"state" text NOT NULL,
	"intent_id" uuid,
	"intent_at" timestamp (3) with time zone,
	"operation_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "work_item_ledger_target_org_target_project_id_source_system_source_scope_source_id_pk" PRIMARY KEY("target_org","target_project_id","source_system","source_scope","source_id"),
	CONSTRAINT "work_item_ledger_state" CHECK ("work_item_ledger"."state" in ('intent', 'present', 'deleted')),
	CONSTRAINT "work_item_ledger_present_has_id" CHECK ("work_item_ledger"."state" <> 'present' or "work_item_ledger"."work_item_id" is not null)
);
--> statement-breakpoint
ALTER TABLE "field_mappings" ADD CONSTRAINT "field_mappings_config_id_field_mapping_configs_id_fk" FOREIGN KEY ("config_id") REFERENCES "public"."field_mapping_configs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "field_mappings" ADD CONSTRAINT "field_mappings_template_id_field_mapping_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."field_mapping_templates"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sync_history_items" ADD CONSTRAINT "sync_history_items_sync_history_id_sync_history_id_fk" FOREIGN KEY ("sync_history_id") REFERENCES "public"."sync_history"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_results" ADD CONSTRAINT "push_results_sync_history_id_push_jobs_sync_history_id_fk" FOREIGN KEY ("sync_history_id") REFERENCES "public"."push_jobs"("sync_history_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "connections_one_active" ON "connections" USING btree ("kind") WHERE "connections"."is_active";--> statement-breakpoint
CREATE UNIQUE INDEX "connections_token_name" ON "connections" USING btree ("kind","token_fingerprint","name");--> statement-breakpoint
CREATE INDEX "connections_newest" ON "connections" USING btree ("kind","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "field_mapping_configs_name" ON "field_mapping_configs" USING btree ("project_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "field_mapping_configs_default" ON "field_mapping_configs" USING btree ("project_id") WHERE "field_mapping_configs"."is_default";--> statement-breakpoint
CREATE UNIQUE INDEX "field_mapping_templates_process" ON "field_mapping_templates" USING btree ("process_template_name");--> statement-breakpoint
CREATE UNIQUE INDEX "field_mappings_of_config" ON "field_mappings" USING btree ("config_id","work_item_type","ardoq_field") WHERE "field_mappings"."config_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "field_mappings_of_template" ON "field_mappings" USING btree ("template_id","work_item_type","ardoq_field") WHERE "field_mappings"."template_id" is not null;--> statement-breakpoint
CREATE INDEX "field_mappings_config" ON "field_mappings" USING btree ("config_id","position");--> statement-breakpoint
CREATE INDEX "field_mappings_template" ON "field_mappings" USING btree ("template_id","position");--> statement-breakpoint
CREATE INDEX "audit_logs_action" ON "audit_logs" USING btree ("action_type");--> statement-breakpoint
CREATE INDEX "audit_logs_entity_type" ON "audit_logs" USING btree ("entity_type");--> statement-breakpoint
CREATE INDEX "audit_logs_entity_id" ON "audit_logs" USING btree ("entity_id");--> statement-breakpoint
CREATE INDEX "audit_logs_created" ON "audit_logs" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_logs_user" ON "audit_logs" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sync_history_status" ON "sync_history" USING btree ("status");--> statement-breakpoint
CREATE INDEX "sync_history_created" ON "sync_history" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sync_history_source" ON "sync_history" USING btree ("source_config_id");--> statement-breakpoint
CREATE INDEX "sync_history_target" ON "sync_history" USING btree ("target_config_id");--> statement-breakpoint
CREATE INDEX "sync_history_operation" ON "sync_history" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "sync_history_retry" ON "sync_history" USING btree ("retry_of");--> statement-breakpoint
CREATE INDEX "sync_history_open" ON "sync_history" USING btree ("status") WHERE "sync_history"."status" in ('pending', 'in_progress');--> statement-breakpoint
CREATE INDEX "sync_history_items_order" ON "sync_history_items" USING btree ("sync_history_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sync_history_items_status" ON "sync_history_items" USING btree ("status");--> statement-breakpoint
CREATE INDEX "sync_history_items_type" ON "sync_history_items" USING btree ("item_type");--> statement-breakpoint
CREATE INDEX "sync_history_items_ardoq" ON "sync_history_items" USING btree ("ardoq_id");--> statement-breakpoint
CREATE INDEX "sync_history_items_user" ON "sync_history_items" USING gin ("changed_by_user");--> statement-breakpoint
CREATE INDEX "push_jobs_operation" ON "push_jobs" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "push_jobs_created" ON "push_jobs" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "push_plans_expires" ON "push_plans" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "work_item_ledger_present" ON "work_item_ledger" USING btree ("target_org","work_item_id") WHERE "work_item_ledger"."state" = 'present';--> statement-breakpoint
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_logs is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_logs_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_logs"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
--> statement-breakpoint
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    EXECUTE 'CREATE INDEX sync_history_project_name ON sync_history USING gin (project_name gin_trgm_ops)';
  END IF;
END $$;
--> statement-breakpoint
INSERT INTO "field_mapping_templates" ("id", "process_template_name", "process_type_id", "description") VALUES
  ('fm-template-agile', 'Agile', 'adcc42ab-9882-485e-a3ed-7678f01f66bc', 'Epic, Feature, User Story'),
  ('fm-template-scrum', 'Scrum', '6b724908-ef14-45cf-84f8-768b5384da45', 'Epic, Feature, Product Backlog Item'),
  ('fm-template-cmmi', 'CMMI', '27450541-8e31-4150-9947-dc59f998fc01', 'Epic, Feature, Requirement'),
  ('fm-template-basic', 'Basic', 'b8a3a935-7e91-48b8-a94c-606d37c3e9f2', 'Epic, Issue, Task');
--> statement-breakpoint
INSERT INTO "field_mappings" ("id", "template_id", "position", "ardoq_field", "azure_devops_field", "work_item_type")
SELECT replace(template."id", 'fm-template-', 'fm-') || '-' || level."name" || '-' || rule."source",
  template."id", level."place" * 100 + rule."place", rule."source", rule."target", level."name"
FROM "field_mapping_templates" template
CROSS JOIN (VALUES (0, 'epic'), (1, 'feature'), (2, 'user_story')) AS level("place", "name")
CROSS JOIN (VALUES
  (0, 'name', 'System.Title'),
  (1, 'description', 'System.Description'),
  (2, 'priority', 'Microsoft.VSTS.Common.Priority'),
  (3, 'acceptanceCriteria', 'Microsoft.VSTS.Common.AcceptanceCriteria'),
  (4, 'risk', 'Microsoft.VSTS.Common.Risk'),
  (5, 'tags', 'System.Tags'),
  (6, 'componentKey', 'System.Tags')
) AS rule("place", "source", "target");
