/**
 * Passwords, tokens and keys of the systems that pipelines talk to. Open {@link io.datastream.secret.SecretSource} first, and
 * {@link io.datastream.secret.Tls} for certificates.
 */
@NullMarked
package io.datastream.secret;

import org.jspecify.annotations.NullMarked;
