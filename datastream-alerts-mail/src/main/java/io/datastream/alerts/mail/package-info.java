/**
 * Alerts by mail: open {@link io.datastream.alerts.mail.MailChannel} first.
 */
@NullMarked
package io.datastream.alerts.mail;

import org.jspecify.annotations.NullMarked;
