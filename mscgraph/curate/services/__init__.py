"""The open services that say what a paper or trial is: Europe PMC, Crossref, NCBI, ClinicalTrials.gov.

``client`` asks any of them with manners and keeps the answers; one module a service knows its addresses and
the form of its answers; ``bibliography`` is what all of them say of a paper, in one form.
"""
