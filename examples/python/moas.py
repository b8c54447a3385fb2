"""Prefixes with several origins, and how many peers see each."""

from archives import arguments, ask, bars, show

options = arguments(__doc__)
rows = ask(
    options.files,
    ["kind", "prefix", "origin_asn", "peer_asn"],
    """
    select prefix, count(distinct origin_asn) as origins, min(origin_asn), max(origin_asn), count(distinct peer_asn) as peers
    from routes where kind <> 'withdraw' and prefix is not null and origin_asn is not null
    group by prefix having count(distinct origin_asn) > 1 order by origins desc, prefix
    """,
    options.spark,
)
show(rows)
if options.plot:
    counts = sorted({row[1] for row in rows})
    bars(options.plot, counts, [sum(row[1] == count for row in rows) for count in counts], "prefixes with so many origins")
