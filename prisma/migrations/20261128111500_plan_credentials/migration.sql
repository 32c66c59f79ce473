-- What looks like a credential in the plan, encrypted. The plan has a mask in its place.
ALTER TABLE "execution" ADD COLUMN "credentials" BYTEA;
