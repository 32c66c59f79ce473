-- The accounts at issuers of JWTs that users sign in with. A user has one at each issuer.
CREATE TABLE "user_identity" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "userId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "user_identity_pkey" PRIMARY KEY ("issuer", "subject"),
    CONSTRAINT "user_identity_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "user_identity_userId_issuer_key" ON "user_identity" ("userId", "issuer");
