package io.datastream.simulate;

import java.util.List;

/**
 * What {@link SeriesGenerator} made.
 *
 * @param arrivals the samples as a stream would see them, faults included, in arrival order
 * @param clean every point of every series without faults, in the order of event time (of keys, where times are equal);
 *     it depends on the seed and the shape only, not on the faults asked for
 * @param missing the points of {@code clean} that never arrive, labelled {@link Fault#MISSING}, in the order of event
 *     time
 */
public record GeneratedSeries(List<Sample> arrivals, List<Sample> clean, List<Sample> missing) {
    /** Copies the lists. */
    public GeneratedSeries {
        arrivals = List.copyOf(arrivals);
        clean = List.copyOf(clean);
        missing = List.copyOf(missing);
    }

    /** The arrivals that have the fault; for {@link Fault#MISSING} those that did not arrive. */
    public List<Sample> with(Fault fault) {
        List<Sample> all = fault == Fault.MISSING ? missing : arrivals;
        return all.stream().filter(sample -> sample.has(fault)).toList();
    }

    /** The arrivals of one series, in arrival order. */
    public List<Sample> arrivals(String key) {
        return arrivals.stream().filter(sample -> sample.key().equals(key)).toList();
    }

    /** The clean points of one series; the position in the list is {@link Sample#index()}. */
    public List<Sample> clean(String key) {
        return clean.stream().filter(sample -> sample.key().equals(key)).toList();
    }
}
