"""Conversions against their definitions: the international foot and mile, and nothing else."""

from airpact.geo.units import AltitudeKind, m_from_ft, m_from_nm, mps_from_fpm, mps_from_kt


def test_lengths_and_speeds_follow_the_definitions() -> None:
    assert m_from_ft(10_000) == 3048.0
    assert m_from_nm(5) == 9260.0
    assert abs(mps_from_kt(3600) - 1852.0) < 1e-9
    assert abs(mps_from_fpm(60) - 0.3048) < 1e-15


def test_kinds_of_height_never_equal_each_other() -> None:
    assert len({int(kind) for kind in AltitudeKind}) == len(AltitudeKind)
    assert int(AltitudeKind.UNKNOWN) == 0, "zero means: not comparable with anything"
