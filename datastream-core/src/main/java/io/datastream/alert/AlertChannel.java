package io.datastream.alert;

/**
 * Delivers notices to people or other programs. What users implement to be told in their own way:
 *
 * <pre>{@code
 * AlertChannel pager = new AlertChannel() {
 *     public String name() {
 *         return "pager";
 *     }
 *
 *     public void deliver(Notice notice) {
 *         client.page(notice.id(), notice.headline());
 *     }
 * };
 * }</pre>
 *
 * <p>A channel is called by one thread at a time, never by that of a pipeline, and may take its time. It does not try again by
 * itself: whoever calls it does, with the same notice and the same {@link Notice#id()}. A channel whose target can recognize
 * that id delivers each notice once; any other may deliver one twice if an answer was lost or the program died before it had
 * noted the delivery.
 */
public interface AlertChannel extends AutoCloseable {
    /**
     * Name of the channel, such as {@code mail}: for the status, and to find what still waits for it after a restart. Unique
     * among the channels in use, and the same on each start.
     */
    String name();

    /**
     * Delivers a notice. Returns when the target has taken it.
     *
     * @throws DeliveryException if it was not delivered; it says whether another try can help
     * @throws InterruptedException if the waiting thread is interrupted; the notice is then taken for undelivered
     */
    void deliver(Notice notice) throws InterruptedException;

    /** Frees what the channel holds. */
    @Override
    default void close() {}
}
