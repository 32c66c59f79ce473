CREATE TYPE "ProposalStatus" AS ENUM ('PENDING', 'EXECUTED', 'DISCARDED', 'ANSWERED');

CREATE TABLE "conversation" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "conversation_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "conversation_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "conversation_tenantId_id_key" ON "conversation" ("tenantId", "id");
CREATE INDEX "conversation_tenantId_userId_updatedAt_id_idx" ON "conversation" ("tenantId", "userId", "updatedAt", "id");

CREATE TABLE "chat_message" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "isFromUser" BOOLEAN NOT NULL,
    "text" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "chat_message_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "chat_message_tenantId_conversationId_fkey" FOREIGN KEY ("tenantId", "conversationId") REFERENCES "conversation" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "chat_message_tenantId_id_key" ON "chat_message" ("tenantId", "id");
CREATE INDEX "chat_message_tenantId_conversationId_id_idx" ON "chat_message" ("tenantId", "conversationId", "id");

CREATE TABLE "chat_proposal" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "conversationId" UUID NOT NULL,
    "messageId" UUID NOT NULL,
    "status" "ProposalStatus" NOT NULL,
    "content" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "changeId" UUID,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "chat_proposal_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "chat_proposal_tenantId_messageId_fkey" FOREIGN KEY ("tenantId", "messageId") REFERENCES "chat_message" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "chat_proposal_tenantId_id_key" ON "chat_proposal" ("tenantId", "id");
CREATE UNIQUE INDEX "chat_proposal_tenantId_messageId_key" ON "chat_proposal" ("tenantId", "messageId");
CREATE INDEX "chat_proposal_tenantId_conversationId_id_idx" ON "chat_proposal" ("tenantId", "conversationId", "id");
