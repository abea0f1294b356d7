"""The open services that say what a paper or trial is: Europe PMC, Crossref, NCBI, ClinicalTrials.gov.

``client`` asks any of them with manners and keeps the answers; ``open_services`` knows their addresses and
the form of their answers, ``bibliography`` what all of them say of a paper.
"""
