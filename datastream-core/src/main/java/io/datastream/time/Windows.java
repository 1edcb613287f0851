package io.datastream.time;

/**
 * How the records of a key are grouped by time or count.
 *
 * <table>
 * <caption>Kinds of windows</caption>
 * <tr><td>{@link Tumbling}</td><td>fixed length, side by side</td></tr>
 * <tr><td>{@link Sliding}</td><td>fixed length, a new one each step (also called hopping)</td></tr>
 * <tr><td>{@link Calendar}</td><td>local hours, days, weeks, months of a time zone</td></tr>
 * <tr><td>{@link Session}</td><td>records with no gap between them longer than a limit</td></tr>
 * <tr><td>{@link Counted}</td><td>a number of records</td></tr>
 * <tr><td>{@link Rolling}</td><td>for each record, the time or the records before it</td></tr>
 * </table>
 */
public sealed interface Windows permits Tumbling, Sliding, Calendar, Session, Counted, Rolling {
    /** A short name of the windows for plans and step names, such as {@code tumbling-PT1M}. */
    String describe();
}
