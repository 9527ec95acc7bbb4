/**
 * What each user of the database is to be allowed, and what one is allowed: the files of {@code sql/users}, and SHOW
 * GRANTS.
 */
package io.emberwatch.collector.store.rights;
